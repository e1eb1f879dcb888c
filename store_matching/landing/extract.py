"""What every extract reader hands to the loader, whatever the file's format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from store_matching.landing.columns import EXTRACT_COLUMNS
from store_matching.landing.errors import show

# What the loader reads: the record number and every column as text, NULL where the file lacks the column.
ROW_SCHEMA = pa.schema([("record_number", pa.int64()), *((column.name, pa.string()) for column in EXTRACT_COLUMNS)])


@dataclass(frozen=True)
class RefusedRow:
    """One input row that could not be read as a record of the extract."""

    record_number: int
    column: str | None
    value: str
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", show(self.value))


@dataclass
class Extract:
    """One opened extract: its header is understood, its rows are read once, by iterating over `batches`.

    header:       headers as the file writes them, trimmed
    columns:      canonical column -> position in the header
    batches:      record batches of ROW_SCHEMA; raises ExtractError where the file turns out to be unreadable
    refused:      rows that are not in the batches, filled while they are read
    rows_counted: data records read so far, refused ones included
    warnings:     sentences for the person who loads the file
    """

    path: Path
    header: list[str]
    columns: dict[str, int]
    batches: Iterator[pa.RecordBatch] = field(default_factory=lambda: iter(()))
    refused: list[RefusedRow] = field(default_factory=list)
    rows_counted: int = 0
    warnings: list[str] = field(default_factory=list)

    def header_of(self, column: str) -> str:
        """Return the file's own header of a canonical column, or the canonical name where it has none."""
        return self.header[self.columns[column]] if column in self.columns else column

    def rows(self) -> pa.RecordBatchReader:
        """Return the batches as one stream that DuckDB can scan."""
        return pa.RecordBatchReader.from_batches(ROW_SCHEMA, self.batches)
