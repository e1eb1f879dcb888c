"""Fixtures of the landing tests: a database or a lake, a way to write extracts, a way to look at what landed."""

import csv
import io
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from store_matching.lake import Lake, open_lake
from store_matching.landing import LoadResult, load_batch, load_extract
from store_matching.landing import commit_batch as commit_module
from store_matching.landing.raw_views import create_raw_views

NOON = datetime(2026, 11, 20, 12)


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


class LakeLanding:
    """A lake and what has been loaded into it, seen through the views of RAW in a DuckDB of its own."""

    def __init__(self, root: Path | str, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.lake: Lake = open_lake(root)
        self._patch = patch

    def another(self) -> "LakeLanding":
        """The same lake as another process would open it."""
        return LakeLanding(self.root, self._patch)

    def load(self, path: Path, source_system: str = "GI", window: datetime = NOON, **options: Any) -> LoadResult:
        """Load one file; see `load_batch`."""
        return load_batch(self.lake, source_system, path, window, **options)

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query on RAW."""
        with duckdb.connect() as connection:
            create_raw_views(connection, self.lake)
            return connection.execute(sql).fetchall()

    def stores(self, columns: str = "store_id, store_name") -> list[tuple]:
        """Rows of raw.gi_stores."""
        return self.query(f"select {columns} from raw.gi_stores order by all")

    def batches(self, columns: str = "batch_id") -> list[tuple]:
        """Rows of raw.batches."""
        return self.query(f"select {columns} from raw.batches order by all")

    def summary(self) -> dict[str, str]:
        """This project's stamps of the current snapshot of raw.gi_stores, without prefix."""
        properties = self.lake.table("raw.gi_stores").current_snapshot().summary.additional_properties
        prefix = "store-matching."
        return {name.removeprefix(prefix): value for name, value in properties.items() if name.startswith(prefix)}

    def data_files(self, table: str = "gi_stores") -> list[str]:
        """Names of the data files that lie in the table's folder, referenced or not."""
        return sorted(file.name for file in (Path(self.root) / "raw" / table).glob("data/*.parquet"))

    def live_files(self) -> list[str]:
        """Names of the data files that raw.gi_stores holds."""
        return sorted(Path(task.file.file_path).name for task in self.lake.table("raw.gi_stores").scan().plan_files())

    def around_commits(
        self, *, before: Callable[[int], None] | None = None, after: Callable[[int], None] | None = None
    ) -> None:
        """Do something right before or after each commit to a stores table; it gets the number of the commit, from 1.

        What it raises comes out of the commit, as from a catalog that fails.
        """
        commit_table = self.lake.catalog.commit_table
        count = 0

        def commit(table, requirements, updates):
            nonlocal count
            if not table.name()[-1].endswith("_stores"):
                return commit_table(table, requirements, updates)
            count += 1
            if before is not None:
                before(count)
            response = commit_table(table, requirements, updates)
            if after is not None:
                after(count)
            return response

        self._patch.setattr(self.lake.catalog, "commit_table", commit)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's lake is not the one that a test loads into."""
    for name in list(os.environ):
        if name.startswith(("STORE_MATCHING_", "AWS_")):
            monkeypatch.delenv(name)


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LakeLanding:
    """An empty lake; what waits between tries does not wait long."""
    monkeypatch.setattr(commit_module, "FIRST_WAIT_SECONDS", 0.001)
    return LakeLanding(tmp_path / "lake", monkeypatch)


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
