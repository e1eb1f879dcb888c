"""The demo extracts as hourly batches: what a day of a running loader leaves in the lake."""

from __future__ import annotations

import csv
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from store_matching.lake import Lake
from store_matching.landing.errors import ExtractError
from store_matching.landing.lake_load import load_batch
from store_matching.landing.load_result import LoadResult

LAST_WINDOW = datetime(2026, 11, 20, 11)
WINDOWS = 6


def load_demo_batches(
    lake: Lake, extracts: Path, *, windows: int = WINDOWS, last_window: datetime = LAST_WINDOW
) -> Iterator[LoadResult]:
    """Load gi.csv and th.csv of a folder in hourly batches, window by window; yield what became of each.

    A row's window follows from its id alone, so that each store is in one batch and every run makes the same ones.
    Raises ExtractError when a file is missing, and what `load_batch` raises.
    """
    for source in ("gi", "th"):
        if not (extracts / f"{source}.csv").is_file():
            raise ExtractError(
                "the demo extract is missing",
                file=extracts / f"{source}.csv",
                action=f"make it: scripts/generate_stores.py --out {extracts}",
            )
    starts = [last_window - timedelta(hours=hours) for hours in reversed(range(windows))]
    with tempfile.TemporaryDirectory() as folder:
        parts = {
            source: _split(extracts / f"{source}.csv", [Path(folder) / _part_name(source, start) for start in starts])
            for source in ("gi", "th")
        }
        for number, start in enumerate(starts):
            for source, paths in parts.items():
                yield load_batch(lake, source.upper(), paths[number], start)


def _part_name(source: str, start: datetime) -> str:
    return f"{source}_{start:%Y%m%dT%H%M}.csv"


def _split(extract: Path, parts: list[Path]) -> list[Path]:
    """Write each row of a CSV extract with a column `id` to one of the parts, chosen by its id."""
    with ExitStack() as stack:
        rows = csv.reader(stack.enter_context(extract.open(encoding="utf-8", newline="")))
        files = [stack.enter_context(part.open("w", encoding="utf-8", newline="")) for part in parts]
        # Every value in quotation marks, so that no row becomes a blank line.
        writers = [csv.writer(file, quoting=csv.QUOTE_ALL) for file in files]
        header = next(rows)
        position = header.index("id")
        for writer in writers:
            writer.writerow(header)
        for row in rows:
            writers[zlib.crc32(row[position].encode()) % len(writers)].writerow(row)
    return parts
