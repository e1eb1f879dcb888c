"""The statements that dbt sent to the emulator, as files for the linter."""

from __future__ import annotations

import re
from pathlib import Path

# Longer ones are models, which scripts/check_snowflake_sql.py reads.
LONGEST = 6000


def write_statements(sent: Path, folder: Path) -> int:
    """Write each statement of a run once, whatever its texts and numbers, to a file of its own; return how many.

    sent: file of the server, statements parted by lines of ----
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for text in sent.read_text(encoding="utf-8").split("\n----\n"):
        statement = re.sub(r"/\* \{\"app\": \"dbt\".*?\} \*/", "", text, flags=re.DOTALL).strip()
        kind = re.sub(r"'(?:[^'\\]|''|\\.)*'|\b\d+\b", "?", statement)
        if statement and len(statement) <= LONGEST:
            found.setdefault(kind, statement)
    for number, statement in enumerate(found.values()):
        (folder / f"statement_{number:04}.sql").write_text(statement + "\n", encoding="utf-8")
    return len(found)
