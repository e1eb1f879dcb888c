"""Load batch after batch until a file `stop` appears; write their ids, and the ids of those that were refused.

writer_process.py FOLDER NUMBER
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from store_matching.lake import open_lake
from store_matching.landing import load_batch
from store_matching.landing.commit_errors import CommitConflictError

folder, number = Path(sys.argv[1]), int(sys.argv[2])
lake = open_lake(str(folder / "lake"), state=folder / "state")
refused = (folder / f"refused-{number}.txt").open("w", buffering=1)
tried = (folder / f"tried-{number}.txt").open("w", buffering=1)
batch = 0
while not (folder / "stop").exists():
    batch += 1
    name = f"writer{number}-{batch}"
    path = folder / f"{name}.csv"
    path.write_text("id,name,updated_at\n" + "".join(f"{name}-{i},store {i},2026-11-20 10:00:00\n" for i in range(5)))
    window = datetime(2000 + number, 1, 1) + timedelta(hours=batch)
    try:
        load_batch(lake, "GI", path, window, batch_id=name, retries=6)
    except CommitConflictError:
        refused.write(name + "\n")
    tried.write(name + "\n")
    path.unlink()
