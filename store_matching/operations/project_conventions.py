"""The conventions of this project that no linter knows, checked against dbt's manifest and the files.

Each rule is a function (manifest, root) -> violations; `check_project` runs them all.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store_matching.operations.macro_signatures import macro_arguments

Manifest = dict[str, Any]

CONTRACTED_LAYERS = ("gold", "diagnostics", "mart")
# Implementations of a dispatched macro are documented once, at the macro that dispatches.
DISPATCHED = ("default__", "duckdb__", "snowflake__")
# dbt calls or overrides these by name with arguments that dbt documents itself.
DBT_HOOKS = ("generate_schema_name", "generate_alias_name", "generate_database_name")
TEXT_FILES = (".sql", ".py", ".yml", ".yaml", ".md", ".sh", ".toml")
SEARCHED_FOLDERS = (
    *("models", "macros", "seeds", "tests", "analyses"),
    *("store_matching", "scripts", "benchmarks", "dags", "demos", "docs", ".ci", ".github"),
)
LONGEST_LINE = 120
COMMENT = re.compile(r"\{#.*?#\}", flags=re.DOTALL)
# Written in two parts, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME" + r")\b")


@dataclass(frozen=True, order=True)
class Violation:
    """One breach of a convention: the file, relative to the project folder, and what to mend."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def check_project(manifest: Manifest, root: Path) -> list[Violation]:
    """Return every violation, sorted by file.

    manifest: content of the manifest.json that `dbt parse` writes
    root:     folder of the dbt project
    """
    found = {violation for rule in RULES for violation in rule(manifest, root)}
    return sorted(found)


def ends_with_its_own_name(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """A model ends with `select * from <name>`: any step can be looked at by changing one word."""
    for model in nodes(manifest, "model"):
        if model["language"] != "sql":
            continue
        lines = [line.strip() for line in model["raw_code"].splitlines() if line.strip()]
        names = {model["name"], model["alias"]}
        if not lines or lines[-1] not in {f"select * from {name}" for name in names}:
            wanted = f"select * from {model['name']}"
            yield Violation(file_of(model), f"the last line is '{lines[-1] if lines else ''}', not '{wanted}'")


def indents_by_four_spaces(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """SQL is indented by steps of four spaces, comments of several lines excepted."""
    for model in [*nodes(manifest, "model"), *nodes(manifest, "analysis"), *singular_tests(manifest)]:
        # Blanks in place of the text of a comment: its lines may be aligned with the first one.
        code = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), model["raw_code"])
        for number, line in enumerate(code.splitlines(), start=1):
            indent = line[: len(line) - len(line.lstrip())]
            if line.strip() and ("\t" in indent or len(indent) % 4):
                yield Violation(f"{file_of(model)}:{number}", "indent by steps of four spaces")


def lines_are_short(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """A line of a model, singular test or analysis holds at most LONGEST_LINE characters, as sqlfluff would say."""
    for item in [*nodes(manifest, "model"), *nodes(manifest, "analysis"), *singular_tests(manifest)]:
        for number, line in enumerate(item["raw_code"].splitlines(), start=1):
            if len(line) > LONGEST_LINE:
                message = f"{len(line)} characters: break the line at {LONGEST_LINE}"
                yield Violation(f"{file_of(item)}:{number}", message)


def models_and_seeds_are_described(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """Every model, seed and source table says what it holds."""
    documented = [
        *nodes(manifest, "model"),
        *nodes(manifest, "seed"),
        *own(manifest["sources"].values(), manifest),
    ]
    for node in documented:
        if not node["description"].strip():
            yield Violation(file_of(node), f"{node['resource_type']} {node['name']} has no description")


def states_its_grain(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """The description of a published table ends with its grain: "One row per ..."."""
    for model in contracted_models(manifest):
        sentences = re.split(r"(?<=[.!?])\s+", " ".join(model["description"].split()))
        if not re.fullmatch(r"One row per .+\.", sentences[-1]):
            yield Violation(
                file_of(model),
                f"the description of {model['name']} must end with its grain, 'One row per ….', "
                f"but ends with '{sentences[-1]}'",
            )


def columns_are_described(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """Every column of a published table, a seed and a source is described; none is without an entry."""
    seeds_and_sources = [*nodes(manifest, "seed"), *own(manifest["sources"].values(), manifest)]
    for node in [*contracted_models(manifest), *seeds_and_sources]:
        if not node["columns"]:
            yield Violation(file_of(node), f"{node['name']} documents no column")
        for column in node["columns"].values():
            if not column["description"].strip():
                yield Violation(file_of(node), f"column {node['name']}.{column['name']} has no description")


def contracts_are_enforced(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """Readers of GOLD, DIAGNOSTICS and MART rely on names and types: dbt must refuse a model that changes them."""
    for model in contracted_models(manifest):
        if model["language"] == "sql" and not model["config"]["contract"]["enforced"]:
            yield Violation(file_of(model), f"{model['name']} has no enforced contract")


def models_are_tested(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """Every model has at least one data test."""
    tested = {parent for test in nodes(manifest, "test") for parent in test["depends_on"]["nodes"]}
    for model in nodes(manifest, "model"):
        if model["unique_id"] not in tested:
            yield Violation(file_of(model), f"{model['name']} has no data test")


def macros_are_documented(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """Every macro has a description, and the arguments in its yml entry are those it takes."""
    for macro in own(manifest["macros"].values(), manifest):
        name = macro["name"]
        if name.startswith(DISPATCHED) or name in DBT_HOOKS:
            continue
        documented = [argument["name"] for argument in macro["arguments"]]
        taken = macro_arguments(macro["macro_sql"])
        if not macro["description"].strip():
            wanted = f"macro {name}({', '.join(taken)}) is not described in a yml file"
            yield Violation(file_of(macro), wanted)
            continue
        if documented != taken:
            yield Violation(
                file_of(macro),
                f"macro {name} takes ({', '.join(taken)}), its yml entry lists ({', '.join(documented)})",
            )
        for argument in macro["arguments"]:
            if not argument["description"].strip() or not argument["type"]:
                yield Violation(
                    file_of(macro),
                    f"argument {argument['name']} of macro {name} needs a type and a description",
                )


def unit_tests_are_claims(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """The name of a unit test says what the model does: `keeps_highest_score`."""
    for test in own(manifest["unit_tests"].values(), manifest):
        words = test["name"].split("_")
        if len(words) < 3 or not words[0].endswith("s") or words[0] in ("tests", "unit"):
            yield Violation(
                file_of(test),
                f"unit test {test['name']} is not a claim: start with a verb, as in keeps_highest_score",
            )


def nothing_is_left_unfinished(manifest: Manifest, root: Path) -> Iterator[Violation]:
    """No note about unfinished work: it is done, or it is an issue."""
    for folder in SEARCHED_FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in TEXT_FILES or not file.is_file():
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                if found := UNFINISHED.search(line):
                    yield Violation(f"{file.relative_to(root)}:{number}", f"finish what '{found[0]}' stands for")


Rule = Callable[[Manifest, Path], Iterable[Violation]]
RULES: tuple[Rule, ...] = (
    ends_with_its_own_name,
    indents_by_four_spaces,
    lines_are_short,
    models_and_seeds_are_described,
    states_its_grain,
    columns_are_described,
    contracts_are_enforced,
    models_are_tested,
    macros_are_documented,
    unit_tests_are_claims,
    nothing_is_left_unfinished,
)


def own(items: Iterable[dict[str, Any]], manifest: Manifest) -> list[dict[str, Any]]:
    """Those items that this project defines, not dbt or an installed package."""
    project = manifest["metadata"]["project_name"]
    return [item for item in items if item["package_name"] == project]


def nodes(manifest: Manifest, resource_type: str) -> list[dict[str, Any]]:
    """This project's nodes of one type: model, seed or test."""
    found = own(manifest["nodes"].values(), manifest)
    return [node for node in found if node["resource_type"] == resource_type]


def singular_tests(manifest: Manifest) -> list[dict[str, Any]]:
    """The data tests that are SQL files of their own."""
    return [test for test in nodes(manifest, "test") if not test.get("test_metadata")]


def contracted_models(manifest: Manifest) -> list[dict[str, Any]]:
    """The models of the layers that others read."""
    return [model for model in nodes(manifest, "model") if model["fqn"][1] in CONTRACTED_LAYERS]


def file_of(item: dict[str, Any]) -> str:
    """Path of the file that defines an item, relative to the project folder."""
    return item["original_file_path"]
