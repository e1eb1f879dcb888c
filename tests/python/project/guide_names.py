"""What a guide names and the repository has not."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[3]
PATH = re.compile(r"(?<![\w./@{:-])((?:[\w.-]+/)+[\w.-]+\.(?:py|md|tf|sql|csv|yml|json))\b")
# A run writes these; nobody commits them.
WRITTEN = ("target/snowflake_proof/report.md",)
VARIABLE = re.compile(r"\b((?:SNOWFLAKE|STORE_MATCHING|TF_VAR|DBT)_\w+)")
NAME = re.compile(r"\b(STORE_(?!MATCHING\b|MATCHING_|PROOF)[A-Z_]+)\b")


def unknown_names(text: str, folder: Path) -> list[str]:
    """Return what a guide names that does not exist: 'make target x', 'script x', …

    folder: that of the guide, for its links
    """
    kinds = (files, links, make_targets, script_options, dbt_commands, macros, variables, account_objects, query_tags)
    return [problem for kind in kinds for problem in kind(text, folder)]


def files(text: str, _: Path) -> Iterator[str]:
    """Paths from the repository's root."""
    for path in set(PATH.findall(re.sub(r"\]\([^)]*\)", "]", text))):
        if path not in WRITTEN and not (REPOSITORY / path).is_file():
            yield f"file {path}"


def links(text: str, folder: Path) -> Iterator[str]:
    """Targets of links, from the guide's folder."""
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not (folder / target).is_file():
            yield f"link {target}"


def make_targets(text: str, _: Path) -> Iterator[str]:
    """`make target`, in backticks or at the beginning of a line."""
    files = (REPOSITORY / "Makefile", *(REPOSITORY / "make").glob("*.mk"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    known = [name for text in texts for name in re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE)]
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE):
        if target not in known:
            yield f"make target {target}"


def script_options(text: str, _: Path) -> Iterator[str]:
    """Options behind a script, and those in backticks alone, which must be some named script's."""
    scripts = [name for name in set(re.findall(r"scripts/\w+\.py", text)) if (REPOSITORY / name).is_file()]
    for script, options in re.findall(r"python (scripts/\w+\.py)([^\n`]*)", text):
        for option in re.findall(r"--[a-z-]+", options):
            if script in scripts and option not in help_of(script):
                yield f"option {option} of {script}"
    for option in re.findall(r"`(--[a-z-]+)", text):
        if not any(option in help_of(script) for script in scripts):
            yield f"option {option}"


@cache
def help_of(script: str) -> str:
    """Return what a script says of itself."""
    done = subprocess.run([sys.executable, REPOSITORY / script, "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def dbt_commands(text: str, _: Path) -> Iterator[str]:
    """`dbt command`."""
    from dbt.cli.main import cli

    for command in set(re.findall(r"(?:^|`)dbt ([a-z-]+)", text, flags=re.MULTILINE)):
        if command not in cli.commands:
            yield f"dbt command {command}"


def macros(text: str, _: Path) -> Iterator[str]:
    """Macros that `dbt run-operation` runs."""
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "macros").rglob("*.sql"))
    for macro in set(re.findall(r"run-operation (\w+)", text)):
        if not re.search(rf"{{% macro {macro}\(", sources):
            yield f"macro {macro}"


def variables(text: str, _: Path) -> Iterator[str]:
    """Environment variables: read by the profile, the project, the package, or named by Terraform's guide."""
    readers = ["profiles.example.yml", "dbt_project.yml", "terraform/README.md"]
    known = "\n".join((REPOSITORY / name).read_text(encoding="utf-8") for name in readers)
    known += "\n".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "store_matching").rglob("*.py"))
    inputs = (REPOSITORY / "terraform/environments/prod/variables.tf").read_text(encoding="utf-8")
    for name in set(VARIABLE.findall(text)):
        if name.startswith("TF_VAR_"):
            if f'variable "{name.removeprefix("TF_VAR_")}"' not in inputs:
                yield f"variable {name}"
        elif not re.search(rf"\b{name}\b", known):
            yield f"variable {name}"


def account_objects(text: str, _: Path) -> Iterator[str]:
    """Roles, users, warehouses, the volume and integrations: STORE_…, as Terraform makes them."""
    sources = [*(REPOSITORY / "terraform").rglob("*.tf"), REPOSITORY / "terraform/bootstrap.sql"]
    known = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    described = (REPOSITORY / "terraform/README.md").read_text(encoding="utf-8")
    for name in set(NAME.findall(text)):
        if not re.search(rf"\b{name}\b", known + described):
            yield f"object {name}"


def query_tags(text: str, _: Path) -> Iterator[str]:
    """Query tags, which the project or a script's part of the package sets."""
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
    known = {
        layer.get("+query_tag") for layer in project["models"]["store_matching"].values() if isinstance(layer, dict)
    }
    package = "\n".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "store_matching").rglob("*.py"))
    for tag in set(re.findall(r"`(store_matching_[a-z]+)`", text)):
        if tag not in known and f'"{tag}"' not in package:
            yield f"query tag {tag}"
