"""Expire old releases: first a plan that changes nothing, then the removal of what only expired releases used."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from store_matching.lake import Lake, LakeError
from store_matching.ops import registry
from store_matching.ops.store import TIME_FORMAT, timestamp
from store_matching.releases.publisher_lock import publisher_lock

if TYPE_CHECKING:
    from pyiceberg.table import Table


# Beyond it dates cannot be reckoned; a century of days.
LARGEST_RETENTION = 36_500


@dataclass(frozen=True)
class Retention:
    """Which releases stay.

    keep_last:         this many of the newest published ones
    younger_than_days: all that were made less than so many days ago
    retired_hours:     all that MART showed less than so many hours ago: a reader may still be on them
    """

    keep_last: int = 10
    younger_than_days: float = 30
    retired_hours: float = 24

    def __post_init__(self) -> None:
        for name in ("keep_last", "younger_than_days", "retired_hours"):
            value = getattr(self, name)
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not is_number or not 0 <= value <= LARGEST_RETENTION:
                raise LakeError(
                    f"{name} must be a number of at least 0 and at most {LARGEST_RETENTION:,}, not {value!r}"
                )
        if self.keep_last != int(self.keep_last):
            raise LakeError(f"keep_last must be a whole number, not {self.keep_last!r}")


@dataclass(frozen=True)
class Expiry:
    """What expiring removes, or would remove.

    releases: numbers of the releases
    files:    paths of files that only they used
    bytes:    size of the files, as far as their sizes are recorded
    snapshots: Iceberg snapshots per table
    """

    releases: tuple[int, ...]
    files: tuple[str, ...]
    bytes: int
    snapshots: dict[str, tuple[int, ...]]


def expire_releases(lake: Lake, retention: Retention, *, dry_run: bool = True) -> Expiry:
    """Expire the releases that `retention` does not keep; with `dry_run` only say what that would remove.

    The active release is never expired. Files are listed in the lake before they are removed, so that a killed
    run is completed by the next one.
    Raises LakeError when another process is publishing.
    """
    with publisher_lock(lake):
        if not dry_run:
            _remove_listed_files(lake)
        plan = _plan(lake, retention)
        if dry_run or not (plan.releases or plan.snapshots):
            return plan
        with lake.ops.transaction() as connection:
            connection.executemany(
                "update releases set release_status = 'expired', retired_at = coalesce(retired_at, ?) "
                "where release_id = ?",
                [(timestamp(), release_id) for release_id in plan.releases],
            )
            connection.executemany(
                """insert into release_events (event_id, event_name, release_id, happened_at, done_by, reason)
                   values (?, 'expired', ?, ?, ?, ?)""",
                [
                    (uuid.uuid4().hex, release_id, timestamp(), registry.who(), str(retention))
                    for release_id in plan.releases
                ],
            )
        if plan.snapshots:
            _list_files(lake, plan)
            _remove_listed_files(lake)
        return plan


def _plan(lake: Lake, retention: Retention) -> Expiry:
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = lake.ops.rows("select * from releases order by release_id desc")
    shown = [row["release_id"] for row in rows if row["release_status"] in ("active", *registry.RESTORABLE)]
    newest = set(shown[: int(retention.keep_last)])
    expired = {
        row["release_id"]
        for row in rows
        if row["release_status"] in (*registry.RESTORABLE, "abandoned")
        and row["release_id"] not in newest
        and _is_older(row["created_at"], now - timedelta(days=retention.younger_than_days))
        and _is_older(row["retired_at"], now - timedelta(hours=retention.retired_hours))
    }
    kept_rows = [row for row in rows if row["release_id"] not in expired and row["release_status"] != "expired"]
    kept_tables = [registry.release_tables(lake.ops, row["release_id"]) for row in kept_rows]
    names = {row["table_name"] for row in lake.ops.rows("select distinct table_name from release_tables")}
    files: dict[str, int] = {}
    snapshots: dict[str, tuple[int, ...]] = {}
    limit = (now - timedelta(hours=retention.retired_hours)).replace(tzinfo=UTC)
    for name in sorted(names):
        table = lake.table(name)
        if table is None:
            continue
        kept = {int(tables[name].snapshot_id) for tables in kept_tables if name in tables}
        gone = _unused_snapshots(table, kept, limit)
        if gone:
            snapshots[name] = tuple(gone)
            files |= _files_only_of(table, gone)
    return Expiry(tuple(sorted(expired)), tuple(sorted(files)), sum(files.values()), snapshots)


def _is_older(moment: str | None, limit: datetime) -> bool:
    return moment is None or datetime.strptime(moment, TIME_FORMAT) < limit


def _unused_snapshots(table: Table, kept: set[int], limit: datetime) -> list[int]:
    """Snapshots that no kept release shows; those a publisher has just written, and the newest, stay."""
    current = table.current_snapshot()
    referenced = {reference.snapshot_id for reference in table.metadata.refs.values()}
    return [
        snapshot.snapshot_id
        for snapshot in table.snapshots()
        if snapshot.snapshot_id not in kept | referenced
        and snapshot.snapshot_id != (current and current.snapshot_id)
        and snapshot.timestamp_ms < limit.timestamp() * 1000
    ]


def _files_only_of(table: Table, gone: list[int]) -> dict[str, int]:
    """Files that only the given snapshots use, with their sizes."""
    used_by_others: set[str] = set()
    used: dict[str, int] = {}
    for snapshot in table.snapshots():
        is_gone = snapshot.snapshot_id in gone
        found = {snapshot.manifest_list: 0}
        for manifest in snapshot.manifests(table.io):
            found[manifest.manifest_path] = manifest.manifest_length
            if manifest.manifest_path in used_by_others and not is_gone:
                continue
            for entry in manifest.fetch_manifest_entry(table.io):
                found[entry.data_file.file_path] = entry.data_file.file_size_in_bytes
        if is_gone:
            used |= found
        else:
            used_by_others |= found.keys()
    return {path: size for path, size in used.items() if path not in used_by_others}


def _lists(lake: Lake) -> Path:
    return lake.settings.state / "expiry"


def _list_files(lake: Lake, plan: Expiry) -> None:
    _lists(lake).mkdir(exist_ok=True)
    file = _lists(lake) / f"{uuid.uuid4().hex}.json"
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({"tables": {k: list(v) for k, v in plan.snapshots.items()}, "files": plan.files}))
    draft.rename(file)


def _remove_listed_files(lake: Lake) -> None:
    """Take the listed snapshots out of the tables, then remove the listed files."""
    for file in sorted(_lists(lake).glob("*.json")):
        listed = json.loads(file.read_text())
        found = {name: lake.table(name) for name in listed["tables"]}
        tables = {name: table for name, table in found.items() if table is not None}
        for name, table in tables.items():
            left = [number for number in listed["tables"][name] if table.snapshot_by_id(number) is not None]
            if left:
                table.maintenance.expire_snapshots().by_ids(left).commit()
        if _remove_files(tables, listed["files"]):
            file.unlink()


def _remove_files(tables: dict[str, Table], paths: list[str]) -> bool:
    """Remove the files; return whether none of them is left."""
    if not tables:
        return not paths
    io = next(iter(tables.values())).io
    is_done = True
    for path in paths:
        try:
            io.delete(path)
        except FileNotFoundError:
            continue
        except OSError:
            # Tried again by the next expiry.
            is_done = False
    return is_done
