"""Write macros/operations/create_ops_tables.sql and create_landing_tables.sql from contracts/*.yml."""

from __future__ import annotations

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from store_matching.contracts.table_macros import render_table_macros  # noqa: E402

for file, text in render_table_macros().items():
    (PROJECT / file).write_text(text, encoding="utf-8")
    print(f"wrote {file}")
