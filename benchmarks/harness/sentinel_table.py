"""A table of many small files for the benchmark `sentinel`: real metadata by PyIceberg, real files, planted orphans."""

from __future__ import annotations

import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pyiceberg.table import Table

ROWS_PER_FILE = 5
FILES_PER_FOLDER = 1_000
# Newest files that hold rows of their own; the others are links to one file, for the scan never has to open them.
REAL_FILES = 500
# Old enough to be judged.
AGE_SECONDS = 7_200
LINKS_PER_FILE = 50_000
FIRST_WINDOW = datetime(2000, 1, 1)
STORE_ID, WINDOW, NAME = 1, 2, 3


def window_of(number: int) -> datetime:
    """The window of a file: a minute each."""
    return FIRST_WINDOW + timedelta(minutes=number)


def rows_of(number: int, prefix: str = "s", count: int = ROWS_PER_FILE, window: int | None = None) -> pa.Table:
    """The rows of a file, with Iceberg's field ids; `window` is the number of the file whose window they have."""
    fields = [
        pa.field("store_id", pa.string(), metadata={"PARQUET:field_id": str(STORE_ID)}),
        pa.field("batch_window_start", pa.timestamp("us"), metadata={"PARQUET:field_id": str(WINDOW)}),
        pa.field("name", pa.string(), metadata={"PARQUET:field_id": str(NAME)}),
    ]
    ids = [f"{prefix}{number}-{row}" for row in range(count)]
    return pa.table(
        [ids, [window_of(number if window is None else window)] * count, ["a shop"] * count], pa.schema(fields)
    )


def make_table(
    folder: Path,
    files: int,
    snapshots: int,
    orphans: int,
    orphan_rows: int = ROWS_PER_FILE,
    orphan_windows: int | None = None,
) -> Table:
    """Make the table raw.many in the lake `folder`: `files` data files, committed by `snapshots` appends, and `orphans`
    data files, of `orphan_rows` rows each, that nothing names: of the newest windows, one each or `orphan_windows`.
    """
    from pyiceberg.schema import Schema
    from pyiceberg.types import NestedField, StringType, TimestampType

    from store_matching.lake import open_lake

    lake = open_lake(str(folder), state=folder / "state")
    schema = Schema(
        NestedField(STORE_ID, "store_id", StringType()),
        NestedField(WINDOW, "batch_window_start", TimestampType()),
        NestedField(NAME, "name", StringType()),
    )
    lake.catalog.create_namespace_if_not_exists("raw")
    table = lake.catalog.create_table("raw.many", schema)
    data = Path(table.location().removeprefix("file://")) / "data"
    template = folder / "template.parquet"
    for start in range(0, files, files // snapshots):
        numbers = range(start, min(files, start + files // snapshots))
        if start % LINKS_PER_FILE < len(numbers):
            template = folder / f"template-{start}.parquet"
            pq.write_table(rows_of(0), template)
        size = template.stat().st_size
        paths = [_write(data, number, template, files) for number in numbers]
        _append(table, numbers, paths, size)
        if len(numbers) >= FILES_PER_FOLDER:
            print(f"    {numbers.stop:,} of {files:,} files", flush=True)
    for number in range(files - orphans, files):
        path = data / f"{number // FILES_PER_FOLDER:06}" / f"{number:08}-orphan.parquet"
        window = files - 1 - (number % (orphan_windows or orphans))
        pq.write_table(rows_of(number, "orphan", orphan_rows, window), path)
        _age(path)
    return table


def _write(data: Path, number: int, template: Path, files: int) -> Path:
    folder = data / f"{number // FILES_PER_FOLDER:06}"
    if number % FILES_PER_FOLDER == 0:
        folder.mkdir(parents=True)
    path = folder / f"{number:08}.parquet"
    if number >= files - REAL_FILES:
        pq.write_table(rows_of(number), path)
        _age(path)
    else:
        os.link(template, path)
    return path


def _age(path: Path) -> None:
    moment = path.stat().st_mtime - AGE_SECONDS
    os.utime(path, (moment, moment))


def _append(table: Table, numbers: range, paths: list[Path], size: int) -> None:
    from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
    from pyiceberg.typedef import Record

    with table.transaction() as transaction, transaction.update_snapshot().fast_append() as append:
        for number, path in zip(numbers, paths, strict=True):
            moment = window_of(number).replace(tzinfo=UTC)
            window = struct.pack("<q", int(moment.timestamp() * 1_000_000))
            low, high = f"s{number}-0".encode(), f"s{number}-{ROWS_PER_FILE - 1}".encode()
            found = DataFile.from_args(
                content=DataFileContent.DATA,
                file_path=f"file://{path}",
                file_format=FileFormat.PARQUET,
                partition=Record(),
                record_count=ROWS_PER_FILE,
                file_size_in_bytes=size,
                column_sizes={STORE_ID: 60, WINDOW: 40, NAME: 40},
                value_counts={STORE_ID: ROWS_PER_FILE, WINDOW: ROWS_PER_FILE, NAME: ROWS_PER_FILE},
                null_value_counts={STORE_ID: 0, WINDOW: 0, NAME: 0},
                nan_value_counts={},
                lower_bounds={STORE_ID: low, WINDOW: window, NAME: b"a shop"},
                upper_bounds={STORE_ID: high, WINDOW: window, NAME: b"a shop"},
                split_offsets=[4],
                equality_ids=None,
                sort_order_id=None,
            )
            found.spec_id = 0
            append.append_data_file(found)
