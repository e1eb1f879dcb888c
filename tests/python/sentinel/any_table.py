"""Iceberg tables that this project did not write: by PyIceberg, in a catalog that its configuration names."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.schema import Schema
from pyiceberg.table import Table, Transaction
from pyiceberg.types import DateType, LongType, NestedField, StringType
from pyiceberg.utils.config import Config

from store_matching.sentinel.list_files import list_files, storage_of
from store_matching.sentinel.scan import ScanOptions, locations_of, scan_table
from store_matching.sentinel.scan_all import utc_now
from store_matching.sentinel.types import Finding
from store_matching.sentinel.watched import Catalogs, WatchedTable

from .delete_files import write_partitioned

NAME = "geo.shops"
LATER = timedelta(hours=2)
SCHEMA = Schema(
    NestedField(1, "shop_id", StringType()),
    NestedField(2, "town", StringType()),
    NestedField(3, "opened", DateType()),
    NestedField(4, "area", LongType()),
)


def rows(ids: str, key: str = "shop_id") -> pa.Table:
    """Shops whose keys are the letters of a text; towns, days and areas differ, so that partitions do."""
    return pa.table(
        {
            key: list(ids),
            "town": ["Berlin" if ord(i) % 2 else "Lübeck" for i in ids],
            "opened": [date(2026, 11, 1 + ord(i) % 28) for i in ids],
            "area": pa.array([ord(i) for i in ids], pa.int64()),
        }
    )


def configure(patch: pytest.MonkeyPatch, name: str, settings: dict[str, str]) -> Catalog:
    """Describe a catalog to PyIceberg by variables of the environment, and return it."""
    configure_only(patch, name, settings)
    return load_catalog(name)


def configure_only(patch: pytest.MonkeyPatch, name: str, settings: dict[str, str]) -> None:
    """Describe a catalog that need not answer."""
    for setting, value in settings.items():
        patch.setenv(f"PYICEBERG_CATALOG__{name.upper()}__{setting}", value)
    # PyIceberg reads the environment once, when it is imported; another process would read it now.
    patch.setattr("pyiceberg.catalog._ENV_CONFIG", Config())


class AnyTable:
    """A table as its writer sees it, and scans of it that only know its catalog's name.

    load: returns the table as it is now
    """

    def __init__(self, load: Callable[[], Table], watched: WatchedTable, ledgers: Path) -> None:
        self.load = load
        self.watched = replace(watched, key_columns=watched.key_columns or ("shop_id",))
        self.ledgers = ledgers

    @property
    def table(self) -> Table:
        """The table as it is now."""
        return self.load()

    @property
    def storage(self):
        """The table's file system."""
        return storage_of(self.table.location(), self.table.io)

    def files(self) -> set[str]:
        """Every file of the table's locations."""
        table = self.table
        found = [list_files(root, storage_of(root, table.io)) for root in locations_of(self.watched, table)]
        return {path for listing in found for path in listing["path"].to_pylist()}

    def append(self, data: pa.Table) -> None:
        """Commit rows."""
        with self.table.transaction() as transaction:
            self._add(transaction, data)

    def _add(self, transaction: Transaction, data: pa.Table) -> None:
        table = self.table
        if table.spec().is_unpartitioned():
            transaction.append(data)
            return
        with transaction.update_snapshot().fast_append() as append:
            for data_file in write_partitioned(table, data):
                append.append_data_file(data_file)

    def abandon(self, data: pa.Table) -> set[str]:
        """Write rows by PyIceberg's own writer in a transaction that nobody commits; return the data files."""
        before = self.files()
        self._add(self.table.transaction(), data)
        return {path for path in self.files() - before if path.endswith(".parquet")}

    def copy(self, path: str, suffix: str = "-copy.parquet") -> str:
        """Copy a file beside itself; return the copy's path."""
        target = path.rsplit(".", 1)[0] + suffix
        self.write(target, self.storage.read(path))
        return target

    def live_files(self) -> list[str]:
        """Data files of the current snapshot, as metadata spells them."""
        return sorted(file["file_path"] for file in self.table.inspect.data_files().to_pylist())

    def write(self, path: str, content: bytes) -> None:
        """Write a file, or over it."""
        with self.storage.filesystem.open_output_stream(self.storage.path(path)) as stream:
            stream.write(content)

    def remove(self, path: str) -> None:
        """Remove a file."""
        self.storage.filesystem.delete_file(self.storage.path(path))

    def found(self, **options) -> dict[str, list[Finding]]:
        """Findings by class, of two scans that have to agree; each opens the catalog by its name."""
        found: list[dict[str, list[Finding]]] = []
        for _ in range(2):
            scan = scan_table(
                self.watched, Catalogs(), self.ledgers, ScanOptions(now=lambda: utc_now() + LATER, **options)
            )
            assert scan is not None, "there is no such table"
            found.append({})
            for finding in scan.findings:
                found[-1].setdefault(str(finding.finding_class), []).append(finding)
        first, second = ({c: [f.file_path for f in fs] for c, fs in each.items()} for each in found)
        assert first == second
        return found[0]

    def prove(self, lost: pa.Table | None = None) -> None:
        """A healthy table has no finding; a lost batch and a copy of a live file are found for what they are."""
        assert self.found() == {}
        paths = self.abandon(rows("xyz") if lost is None else lost)
        copy = self.copy(self.live_files()[0])
        found = self.found()
        assert {f.file_path for f in found["lost_batch"]} == paths
        assert sum(f.row_count for f in found["lost_batch"]) == 3
        assert {f.live_key_count for f in found["lost_batch"]} == {0}
        (duplicate,) = found["duplicate"]
        assert duplicate.file_path.split("/")[-1] == copy.split("/")[-1]
        assert duplicate.live_key_count == duplicate.row_count > 0
        # The manifest and the manifest list of the transaction that nobody committed.
        assert set(found) == {"lost_batch", "duplicate", "rejected_metadata"}
        assert {f.file_path.rsplit(".", 1)[1] for f in found["rejected_metadata"]} == {"avro"}


def in_sql(folder: Path, patch: pytest.MonkeyPatch, *, warehouse: str = "", **options) -> AnyTable:
    """A table without rows in an SQL catalog; options are those of `create_table`."""
    warehouse = warehouse or str(folder / "warehouse")
    catalog = configure(patch, "anysql", {"URI": f"sqlite:///{folder}/anysql.db", "WAREHOUSE": warehouse})
    return in_catalog(catalog, folder, **options)


def in_catalog(catalog: Catalog, folder: Path, *, schema: Schema = SCHEMA, **options) -> AnyTable:
    """A table without rows in a catalog; options are those of `create_table`."""
    catalog.create_namespace("geo")
    catalog.create_table(NAME, schema, **options)
    return AnyTable(lambda: catalog.load_table(NAME), WatchedTable(NAME, catalog=catalog.name), folder / "ledgers")


def to_hadoop(table: Table) -> str:
    """Give the metadata files of a table the names that Hadoop's catalog gives them; return the folder.

    A table of Hadoop's catalog names its older versions too, by those names.
    """
    folder = Path(urlsplit(table.location()).path)
    names = [entry.metadata_file for entry in table.metadata.metadata_log] + [table.metadata_location]
    names = [name.rsplit("/", 1)[1] for name in names]
    renamed = {name: f"v{number}." + name.split(".", 1)[1] for number, name in enumerate(names, 1)}
    for name, new in renamed.items():
        is_packed = ".gz." in name
        text = (folder / "metadata" / name).read_bytes()
        text = (gzip.decompress(text) if is_packed else text).decode()
        for before, after in renamed.items():
            text = text.replace(before, after)
        (folder / "metadata" / new).write_bytes(gzip.compress(text.encode()) if is_packed else text.encode())
        (folder / "metadata" / name).unlink()
    (folder / "metadata" / "version-hint.text").write_text(str(len(names)))
    return str(folder)
