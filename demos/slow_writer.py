"""A loader whose commit is slow: it writes its files, says so, waits for leave, and only then commits, once.

  slow_writer.py FILE WINDOW BATCH_ID FOLDER

It writes FOLDER/written when its files lie in storage, and waits for FOLDER/go. Nothing else differs from
scripts/load_batch.py --retries 0. The lake is that of STORE_MATCHING_LAKE.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.landing import load_batch
from store_matching.landing.commit_errors import exit_code

LONGEST_WAIT_SECONDS = 120


def main() -> int:
    """Load slowly; return the exit code of the loader."""
    file, window, batch_id, folder = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3], sys.argv[4]
    lake = open_lake()
    commit = lake.catalog.commit_table

    def slow_commit(table: Any, requirements: Any, updates: Any) -> Any:
        if table.name()[-1] == "gi_stores":
            (Path(folder) / "written").touch()
            until = time.monotonic() + LONGEST_WAIT_SECONDS
            while not (Path(folder) / "go").exists() and time.monotonic() < until:
                time.sleep(0.02)
        return commit(table, requirements, updates)

    lake.catalog.commit_table = slow_commit
    try:
        load_batch(lake, "GI", file, window, batch_id=batch_id, retries=0)
    except LakeError as error:
        print(error, file=sys.stderr)
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
