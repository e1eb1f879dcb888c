"""One loader of the benchmark `loaders`, a process of its own: loads its batches and notes the outcome of each."""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime, timedelta
from pathlib import Path

from store_matching.lake import LakeError, open_lake
from store_matching.landing import load_batch
from store_matching.landing.commit_errors import UnknownOutcomeError
from store_matching.landing.lake_tables import STORES_TABLES, landing_table

FIRST_WINDOW = datetime(2026, 11, 1)
# Every so many batches one row is refused, so that the table of refused rows is fought over too.
BATCHES_PER_REFUSED_ROW = 4
# A loader that begins alone would have no rival: all wait until every process has started.
START_FILE = "start"


def main() -> None:
    """Write one extract per batch, wait for the start, load them, append a line of JSON per batch to the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", required=True)
    parser.add_argument("--loader", type=int, required=True)
    parser.add_argument("--batches", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--retries", type=int, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder of the extracts and outcomes")
    options = parser.parse_args()
    lake = open_lake(options.lake)
    # PyIceberg takes seconds to import: not a part of the race.
    landing_table(lake, STORES_TABLES["GI"])
    (options.work / f"ready_{options.loader}").touch()
    while not (options.work / START_FILE).exists():
        time.sleep(0.01)
    with (options.work / f"outcome_{options.loader}.jsonl").open("w", encoding="utf-8") as outcomes:
        for number in range(options.batches):
            batch_id = f"loader{options.loader}-batch{number}"
            path = options.work / f"{batch_id}.csv"
            _write_extract(path, batch_id, number, options.rows)
            outcome = _load(lake, path, batch_id, number, options.retries)
            outcomes.write(json.dumps(outcome) + "\n")
            outcomes.flush()


def _write_extract(path: Path, batch_id: str, number: int, rows: int) -> None:
    lines = [f"{batch_id}-{row},Shop {row}" for row in range(rows)]
    if number % BATCHES_PER_REFUSED_ROW == 0:
        lines.append(f"{batch_id}-refused,")
    path.write_text("id,name\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _load(lake, path: Path, batch_id: str, number: int, retries: int) -> dict:
    started = time.perf_counter()
    window = FIRST_WINDOW + timedelta(hours=number)
    outcome = {"batch_id": batch_id, "state": "committed", "attempt": 0, "error": None}
    try:
        outcome["attempt"] = load_batch(lake, "GI", path, window, batch_id=batch_id, retries=retries).attempt
    except UnknownOutcomeError as error:
        outcome |= {"state": "unknown", "error": str(error)}
    except LakeError as error:
        outcome |= {"state": "failed", "error": str(error)}
    return outcome | {"seconds": round(time.perf_counter() - started, 3)}


if __name__ == "__main__":
    main()
