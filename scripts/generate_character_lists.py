"""Write macros/cross_db/fold_lists.sql from seeds/character_folds.csv."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.cleaning.character_lists import render_macro_file

PROJECT = Path(__file__).resolve().parent.parent

target = PROJECT / "macros" / "cross_db" / "fold_lists.sql"
target.write_text(render_macro_file(PROJECT / "seeds" / "character_folds.csv"), encoding="utf-8")
print(f"wrote {target.relative_to(PROJECT)}")
