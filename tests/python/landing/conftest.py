"""Fixtures of the landing tests: a database, a way to write extracts, and a way to look at what landed."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from store_matching.landing import LoadResult, load_extract


class Landing:
    """A DuckDB database and what has been loaded into it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def load(self, path: Path, source_system: str = "GI", **options: Any) -> LoadResult:
        """Load one file; see `load_extract`."""
        return load_extract(self.connection, source_system, path, **options)

    def stores(self, columns: str = "store_id, store_name") -> list[tuple]:
        """Rows of raw.gi_stores, ordered by id."""
        return self.query(f"select {columns} from raw.gi_stores order by store_id")

    def rejected(self) -> list[tuple]:
        """(row number, column, value, reason) of refused rows."""
        return self.query("select row_number, column_name, value, reason from raw.rejected_rows order by row_number")

    def ignored(self) -> list[tuple]:
        """(row number, column, value, reason, action) of single values."""
        return self.query(
            """select row_number, column_name, value, reason, action
               from raw.ignored_values order by row_number, column_name"""
        )

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query."""
        return self.connection.execute(sql).fetchall()


@pytest.fixture
def landing() -> Landing:
    """An empty database in memory."""
    return Landing(duckdb.connect())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Function that writes text or bytes to a file and returns its path."""

    def write_file(content: str | bytes, name: str = "stores.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


@pytest.fixture
def records_by_csv_module() -> Callable[..., list[list[str]]]:
    """Function that reads the data records of a text with Python's csv module: the loader has to agree."""

    def read(text: str, delimiter: str = ",") -> list[list[str]]:
        csv.field_size_limit(10**9)
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [record for record in records if record][1:]

    return read
