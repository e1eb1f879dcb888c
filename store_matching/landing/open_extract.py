"""Open an extract file by what it contains, not by what it is called."""

from __future__ import annotations

from pathlib import Path

from store_matching.landing.csv_extract import open_csv_extract
from store_matching.landing.errors import ExtractError
from store_matching.landing.extract import Extract
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.parquet_extract import open_parquet_extract
from store_matching.landing.utf8_stream import open_bytes

PARQUET_MAGIC = b"PAR1"
OTHER_FORMATS = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zX": "an xz archive",
    b"SQLi": "a SQLite database",
}


def open_extract(path: Path, mapping: HeaderMapping | None = None, encoding: str | None = None) -> Extract:
    """Open one CSV (plain or gzip) or Parquet extract and understand its header; no row is read yet.

    mapping:  headers that differ from the canonical column names
    encoding: of a CSV file; None means by byte order mark, else UTF-8
    Raises ExtractError for everything that makes the file unusable as a whole.
    """
    mapping = mapping or HeaderMapping()
    with open_bytes(path) as file:
        try:
            magic = file.read(4)
        except (OSError, EOFError) as error:
            raise ExtractError(
                f"the file cannot be read: {error}", file=path, action="the file is damaged; copy it again"
            ) from error
    if magic == PARQUET_MAGIC:
        return open_parquet_extract(path, mapping)
    if path.suffix.lower() in (".parquet", ".pq"):
        raise ExtractError(
            "this is not a Parquet file",
            file=path,
            action="a CSV file is read as CSV when its name does not end in .parquet",
        )
    for beginning, what in OTHER_FORMATS.items():
        if magic.startswith(beginning):
            raise ExtractError(f"this is {what}", file=path, action="save it as CSV (UTF-8) or Parquet")
    return open_csv_extract(path, mapping, encoding)
