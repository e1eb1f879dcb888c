"""Lint and parse the project's SQL with sqlfluff, in both dialects."""

import functools
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlfluff.core import FluffConfig, Linter
from sqlfluff.core.dialects import dialect_selector
from sqlfluff.core.errors import SQLFluffUserError
from sqlfluff.core.linter.discovery import paths_from_path

from store_matching.operations.snowflake_functions import SNOWFLAKE_FUNCTIONS

Result = TypeVar("Result")

# Folding text nests some forty function calls, and sqlfluff recurses about a hundred frames per call.
RECURSION_LIMIT = 100_000
STACK_BYTES = 1024**3 - 4096

# What is mended without moving code to another line: how to break a line is a decision for a person.
MENDED_RULES = "capitalisation,aliasing,convention,layout.spacing,layout.functions,layout.end_of_file"


# A literal, a comment, a number, or a name with what opens a call of it.
WORD = re.compile(r"'(?:[^']|'')*'|--[^\n]*|\d+(?:\.\d+)?|[A-Za-z_][\w$]*(\s*\()?(?:\.[A-Za-z_]\w*)*")


@dataclass(frozen=True, order=True)
class Finding:
    """One finding in a SQL file; `code` is sqlfluff's rule, or PRS where the SQL cannot be read."""

    path: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {self.message}"


def lint_models(folders: list[str], fix: bool = False) -> tuple[int, list[Finding]]:
    """Lint the SQL files below `folders` by the rules of .sqlfluff, rendered by dbt for DuckDB.

    Run in the project folder. Returns the number of files read and the findings that are left; `fix` first
    mends in the files what sqlfluff can mend without breaking lines.
    Raises RuntimeError when dbt cannot render the project, or when sqlfluff gave up on a file, which sqlfluff
    itself reports by a mere warning.
    """
    return with_deep_recursion(lambda: _lint_models(folders, fix))


def _lint_models(folders: list[str], fix: bool) -> tuple[int, list[Finding]]:
    linter = Linter(config=FluffConfig.from_path("."))
    try:
        if fix:
            mender = Linter(config=FluffConfig.from_path(".", overrides={"rules": MENDED_RULES}))
            mender.lint_paths(tuple(folders), fix=True, apply_fixes=True, processes=1)
        result = linter.lint_paths(tuple(folders), processes=1)
    except SQLFluffUserError as error:
        raise RuntimeError(str(error)) from error
    linted = [file for folder in result.paths for file in folder.files]
    expected = {file for folder in folders for file in paths_from_path(folder, target_file_exts=[".sql"])}
    given_up = sorted(expected - {file.path for file in linted})
    if given_up:
        raise RuntimeError(f"sqlfluff could not lint {', '.join(given_up)}: see its warnings above")
    # A set: a loop of Jinja renders one line of the file several times.
    findings = {
        Finding(str(Path(file.path)), violation.line_no, violation.rule_code(), violation.desc())
        for file in linted
        for violation in file.get_violations()
    }
    return len(linted), sorted(findings)


def parse_snowflake(folder: Path) -> tuple[int, list[Finding]]:
    """Parse the SQL files below `folder` as Snowflake SQL, and look up each function they call.

    Of files that differ in names, literals and numbers alone one is parsed: most are data tests of a few kinds.
    Returns the number of files read and a finding (code PRS) per place that Snowflake's grammar does not know
    and (code FUN) per function that is not in `SNOWFLAKE_FUNCTIONS`.
    """
    return with_deep_recursion(lambda: _parse_snowflake(folder))


def _parse_snowflake(folder: Path) -> tuple[int, list[Finding]]:
    overrides = {"dialect": "snowflake", "templater": "raw", "max_parse_depth": 0}
    linter = Linter(config=FluffConfig(overrides={**overrides, "large_file_skip_byte_limit": 0}))
    files = sorted(folder.rglob("*.sql"))
    findings: set[Finding] = set()
    one_of_each_shape = {shape_of(file.read_text(encoding="utf-8")): file for file in reversed(files)}
    for file in one_of_each_shape.values():
        path = str(file.relative_to(folder))
        parsed = linter.parse_string(file.read_text(encoding="utf-8"), fname=path)
        findings.update(
            Finding(path, violation.line_no, violation.rule_code(), violation.desc()) for violation in parsed.violations
        )
        if parsed.tree is None:
            continue
        for function in parsed.tree.recursive_crawl("function_name"):
            name = function.raw.lower()
            if name not in SNOWFLAKE_FUNCTIONS:
                message = f"function {name} is not in the list of functions that Snowflake has"
                findings.add(Finding(path, function.pos_marker.source_position()[0], "FUN", message))
    return len(files), sorted(findings)


def shape_of(sql: str) -> str:
    """Return a Snowflake statement with every name but keywords and functions, literal and number made alike."""
    keywords = _keywords()

    def alike(found: re.Match) -> str:
        word = found[0]
        if word.startswith("--"):
            return ""
        if word[0] == "'":
            return "''"
        if word[0].isdigit():
            return "0"
        return word if found[1] or word.upper() in keywords else "x"

    return " ".join(WORD.sub(alike, sql).split())


@functools.cache
def _keywords() -> set[str]:
    dialect = dialect_selector("snowflake")
    return dialect.sets("reserved_keywords") | dialect.sets("unreserved_keywords")


def with_deep_recursion(work: Callable[[], Result]) -> Result:
    """Run `work` where Python may recurse deeply: in a thread with a large stack.

    Returns what `work` returns and raises what it raises.
    """
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)

    limit, stack = sys.getrecursionlimit(), threading.stack_size(STACK_BYTES)
    sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(stack)
        sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return outcome[0]
