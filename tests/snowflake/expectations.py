"""Reviewed statements: what the project sends to Snowflake and no emulator here can run.

    UPDATE_EXPECTATIONS=1 python -m pytest tests/snowflake/test_expectations.py

writes them anew, for a change that is meant; the difference is reviewed with it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "expectations"
UPDATE = "UPDATE_EXPECTATIONS"
# What differs from run to run, or is tested elsewhere: the queries of models, the text of a Python model.
MASKS = (
    (r"\bas \((?:select \* from \()?\s.*?(\n\s*order by \([^()]*\))?\s*\)\s*;?\s*(?=alter |\Z)", r"as (…\1\n)\n"),
    (r"\$\$.*\$\$", "$$…$$"),
    # The hash of the macros' and models' own text.
    (r"'[0-9a-f]{12}'", "'<logic>'"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<run>"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?", "<moment>"),
)


def reviewed(statement: str) -> str:
    """Return a statement as it is kept: one line per clause, without what differs from run to run."""
    for pattern, replacement in MASKS:
        statement = re.sub(pattern, replacement, statement, flags=re.DOTALL)
    lines = [re.sub(r"\s+", " ", line).strip() for line in statement.strip().rstrip(";").splitlines()]
    return "\n".join(line for line in lines if line)


def check_expectation(name: str, statements: list[str], folder: Path = FOLDER) -> None:
    """Assert that statements, each once, in order, are those of <folder>/<name>.sql; or write them there."""
    text = "".join(f"{statement};\n\n" for statement in dict.fromkeys(map(reviewed, statements)))
    file = folder / f"{name}.sql"
    if os.environ.get(UPDATE):
        folder.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), (
        f"{file.name}: see {Path(__file__).name} for a change that is meant"
    )
