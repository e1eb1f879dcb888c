"""One pass over one watched table: list, read metadata, compare, look again, judge."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from store_matching.errors import LakeError
from store_matching.lake.extensions import load_extensions
from store_matching.lake.object_store import create_secret
from store_matching.sentinel.canonical_paths import canonical_sql, folder_of
from store_matching.sentinel.data_files import key_columns
from store_matching.sentinel.grace import grace_of, observed_lag
from store_matching.sentinel.history import landed_windows, learn_history
from store_matching.sentinel.list_files import LISTING_SCHEMA, Storage, list_files, storage_of
from store_matching.sentinel.live_rows import pruning_column
from store_matching.sentinel.logical_files import is_pointer, make_ever_files, make_logical_files
from store_matching.sentinel.metadata_ledger import MetadataLedger
from store_matching.sentinel.sanity import check_sanity
from store_matching.sentinel.types import Finding
from store_matching.sentinel.watched import Catalogs, WatchedTable

if TYPE_CHECKING:
    from pyiceberg.table import Table

# Files that are named but lie outside the listed locations are looked at one by one, up to so many.
MOST_OUTSIDE = 10_000
LISTING_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True)
class StrayFile:
    """A file that lies in storage and that no metadata names. modified_at: UTC without zone."""

    path: str
    size_bytes: int
    modified_at: datetime
    was_committed: bool


@dataclass
class TableScan:
    """What one pass over a table saw.

    files:    files listed
    named:    files that metadata names
    grace:    least age at which a file was judged
    findings: what is not as it should be
    landed:   windows that main holds, where the table has a schedule
    """

    watched: WatchedTable
    table: Table
    files: int = 0
    named: int = 0
    grace: timedelta = timedelta()
    findings: list[Finding] = field(default_factory=list)
    landed: frozenset[datetime] = frozenset()


@dataclass(frozen=True)
class ScanOptions:
    """How to scan.

    believe_all:   judge even where more than half of the files seem lost
    now:           gives the time, UTC without zone
    first_seen:    when a path was first seen without a name, from earlier scans
    duplicates:    current snapshot when all rows of a path were last found in the table, from earlier scans
    """

    believe_all: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None)
    first_seen: dict[str, datetime] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)


def scan_connection(table: Table | None = None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory that can read a table's metadata and files."""
    connection = duckdb.connect()
    is_s3 = table is not None and table.metadata_location.startswith("s3")
    # Iceberg's reader is loaded by those who need it: rarely.
    load_extensions(connection, s3=is_s3, names=("avro",))
    if is_s3:
        create_secret(connection, table.io.properties)
    connection.execute("set preserve_insertion_order = false")
    # What one step has freed is given back before the next one asks for more.
    connection.execute("set allocator_flush_threshold = '8MB'")
    return connection


def scan_table(
    watched: WatchedTable, catalogs: Catalogs, ledgers: Path, options: ScanOptions | None = None
) -> TableScan | None:
    """Scan one table and return what was found; None where there is no such table.

    ledgers: folder of the ledgers
    Raises LakeError when files or metadata cannot be read, or disagree too much to be believed.
    """
    from store_matching.sentinel.classes.judge import judge

    options = options or ScanOptions()
    table = catalogs.table(watched)
    if table is None:
        return None
    with scan_connection(table) as connection:
        storage = storage_of(table.location(), table.io)
        started = options.now()
        roots = locations_of(watched, table)
        scan = TableScan(watched, table, files=_list(connection, roots, table, watched, catalogs))
        # Listed first, read after: a file that is committed meanwhile is named, not lost.
        ledger = ledger_of(ledgers, connection, catalogs.table(watched) or table, watched)
        scan.table, missing = _read_metadata(connection, ledger, watched, catalogs)
        scan.named = connection.execute("select count(*) from live_files").fetchone()[0]
        scan.grace = grace_of(watched.grace, observed_lag(connection, ledger))
        gone = _dangling(connection, roots, scan.table, storage, started)
        strays = _strays(connection)
        if strays:
            # Second pass: what was committed since the first is no stray.
            now = catalogs.table(watched)
            if now is None or now.metadata_location != scan.table.metadata_location:
                scan.table, missing = _read_metadata(connection, ledger, watched, catalogs)
                strays = _strays(connection)
        if not missing and not options.believe_all:
            _check_sanity(scan, strays, started)
        scan.findings = judge(
            scan, connection, ledger, storage, catalogs, strays, gone, blind=bool(missing), options=options, at=started
        )
        if watched.window_minutes:
            # Windows outlive the snapshots that landed them.
            learn_history(ledger, scan.table, storage, ())
            scan.landed = landed_windows(ledger, scan.table.metadata.current_snapshot_id)
        return scan


def ledger_of(
    ledgers: Path, connection: duckdb.DuckDBPyConnection, table: Table, watched: WatchedTable
) -> MetadataLedger:
    """Return the ledger of a table, which keeps the bounds of the key column that separates files best."""
    column = pruning_column(table, key_columns(table, watched.key_columns))
    return MetadataLedger(ledgers / str(table.metadata.table_uuid), connection, None if column is None else column[1])


def _read_metadata(
    connection: duckdb.DuckDBPyConnection, ledger: MetadataLedger, watched: WatchedTable, catalogs: Catalogs
) -> tuple[Table, set[str]]:
    table = catalogs.table(watched)
    if table is None:
        raise LakeError(f"{watched.table_name} was dropped while it was scanned\n  what to do: scan again")
    return table, make_logical_files(connection, ledger, table)


def named_locations(watched: WatchedTable | None, table: Table) -> list[str]:
    """Locations that the declaration of a table, if it has one, or the table itself names."""
    named = [watched.folder if watched is not None else "", table.location()]
    named += [table.properties.get(name, "") for name in ("write.data.path", "write.metadata.path")]
    return [location for location in named if location]


def locations_of(watched: WatchedTable, table: Table) -> list[str]:
    """Locations of a table's files; none lies inside another."""
    roots: list[str] = []
    for location in named_locations(watched, table):
        if not any(folder_of(location).startswith(folder_of(root)) for root in roots):
            roots = [root for root in roots if not folder_of(root).startswith(folder_of(location))]
            roots.append(location)
    return roots


def _list(
    connection: duckdb.DuckDBPyConnection, roots: list[str], table: Table, watched: WatchedTable, catalogs: Catalogs
) -> int:
    if watched.stage is not None:
        from store_matching.sentinel.snowflake_table import list_stage

        listings = [list_stage(catalogs.snowflake, watched.stage)]
    else:
        listings = [list_files(root, storage_of(root, table.io)) for root in roots]
    listing = pa.concat_tables(listings) if listings else LISTING_SCHEMA.empty_table()
    connection.register("listing", listing)
    connection.execute(
        f"""create or replace temp table listed_files as
            select {canonical_sql("path")} as path, size_bytes, modified_ns from listing"""
    )
    connection.unregister("listing")
    number = listing.num_rows
    del listing, listings
    pa.default_memory_pool().release_unused()
    return number


def _strays(connection: duckdb.DuckDBPyConnection) -> list[StrayFile]:
    """Listed files that no metadata names now."""
    connection.execute(
        """create or replace temp table stray_files as
            select path, size_bytes, modified_ns from listed_files anti join live_files using (path)"""
    )
    # The few strays are looked up among the many files that were ever named, not the other way round.
    rows = connection.execute(
        """select path, size_bytes, modified_ns,
                path in (select path from ever_files semi join stray_files using (path))
            from stray_files order by path"""
    ).fetchall()
    return [
        StrayFile(path, size, _moment(modified), was_committed)
        for path, size, modified, was_committed in rows
        if not is_pointer(path)
    ]


def _dangling(
    connection: duckdb.DuckDBPyConnection, roots: list[str], table: Table, storage: Storage, started: datetime
) -> list[tuple[str, str]]:
    """Named files that are not there, with their kind. Raises LakeError when they are there, but were not listed."""
    rows = connection.execute("select path, kind from live_files anti join listed_files using (path)").fetchall()
    folders = tuple(folder_of(root) for root in roots)
    inside = [(path, kind) for path, kind in rows if path.startswith(folders)]
    outside = [(path, kind) for path, kind in rows if not path.startswith(folders)][:MOST_OUTSIDE]
    there = _existing([path for path, _ in (*inside, *outside)], table)
    unlisted = [path for path, _ in inside if path in there and _is_older(storage, path, started - LISTING_MARGIN)]
    if unlisted:
        raise LakeError(
            f"{len(unlisted):,} files that metadata names exist but were not listed, such as {unlisted[0]}: the two "
            "sides spell paths differently, or the listing was cut short; nothing was judged\n"
            "  what to do: compare the declared location with the table's own, and scan again"
        )
    return [(path, kind) for path, kind in (*inside, *outside) if path not in there]


def _existing(paths: list[str], table: Table) -> set[str]:
    """Those of the paths that exist; a table may name files of several storages."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault("" if path.startswith("/") else "/".join(path.split("/")[:3]), []).append(path)
    found: set[str] = set()
    for root, group in groups.items():
        found |= storage_of(root or "/", table.io).existing(group)
    return found


def _is_older(storage: Storage, path: str, limit: datetime) -> bool:
    info = storage.filesystem.get_file_info(storage.path(path))
    return info.mtime is not None and info.mtime.astimezone(UTC).replace(tzinfo=None) < limit


def _check_sanity(scan: TableScan, strays: Iterable[StrayFile], started: datetime) -> None:
    never = sum(not s.was_committed and started - s.modified_at >= scan.grace for s in strays)
    check_sanity(scan.watched.table_name, never, scan.files)


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC).replace(tzinfo=None)


def refresh_ever_files(connection: duckdb.DuckDBPyConnection, ledger: MetadataLedger, paths: list[str]) -> set[str]:
    """Return those of the paths that the ledger knows by now."""
    make_ever_files(connection, ledger)
    rows = connection.execute(
        "select distinct path from ever_files where path in (select unnest($paths::varchar[]))", {"paths": paths}
    ).fetchall()
    return {row[0] for row in rows}


def scratch_ledger(connection: duckdb.DuckDBPyConnection) -> tuple[tempfile.TemporaryDirectory, MetadataLedger]:
    """Return a ledger that is forgotten with its folder."""
    folder = tempfile.TemporaryDirectory()
    return folder, MetadataLedger(Path(folder.name), connection)
