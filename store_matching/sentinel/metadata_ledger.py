"""Which files a table's metadata names, now and ever: a cache of what manifests say, kept beside the catalog.

Manifests never change, so that each is read once. The cache is also the memory of what was committed: it outlives
snapshots that expire, so that a leftover of theirs is not taken for a lost batch. Its parts are Parquet files,
written whole or not at all:

- files-*:     manifest_path, path, status (of the entry: 0 existing, 1 added, 2 deleted), snapshot_id, row_count,
               content (0 rows, 1 and 2 deletes), bound_field, low, high: bounds of one column, as Iceberg keeps them
- lists-*:     list_path, manifest_path, snapshot_id; written after the files of their manifests
- snapshots-*: snapshot_id, parent_id, committed_ns, list_path, summary (JSON)
- extras-*:    path: metadata.json and statistics files that were once current
- refused-*:   path, snapshot_id, list_path, summary: metadata files of commits that were refused, and each snapshot
               that one holds and nobody knew when it was read; a row without snapshot says that the file was read

Many parts are written together into one; `<part>.replaces` names those that it stands for. They stay for a while: a
scan that is under way has views of them.
"""

from __future__ import annotations

import fcntl
import json
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from store_matching.sentinel.canonical_paths import canonical_path, canonical_paths, canonical_sql, duckdb_path
from store_matching.sentinel.sql_text import literal_list

if TYPE_CHECKING:
    from pyiceberg.table.metadata import TableMetadata

# More parts than this are written together.
MOST_PARTS = 24
# Longer than any scan takes: parts that were written together are removed after it.
REPLACED_SECONDS = 6 * 3600
# Rows that a part being written keeps in memory, per thread.
ROW_GROUP_SIZE = 20_480
PARTS = {
    "files": (
        "manifest_path varchar, path varchar, status integer, snapshot_id bigint, row_count bigint, "
        "content integer, bound_field integer, low blob, high blob"
    ),
    "lists": "list_path varchar, manifest_path varchar, snapshot_id bigint",
    "snapshots": "snapshot_id bigint, parent_id bigint, committed_ns bigint, list_path varchar, summary varchar",
    "extras": "path varchar",
    "refused": "path varchar, snapshot_id bigint, list_path varchar, summary varchar",
}


@dataclass(frozen=True)
class Snapshot:
    """A snapshot as metadata tells it, or told it before it expired."""

    snapshot_id: int
    parent_id: int | None
    committed_ns: int
    list_path: str
    summary: dict[str, str]


def _manifest_sql(content: str, bound_field: str, low: str, high: str) -> str:
    return f"""select {canonical_sql("filename")} as manifest_path, {canonical_sql("file_path")} as path, status,
            snapshot_id, row_count, content, bound_field, low, high
        from (
            select filename, data_file.file_path as file_path, cast(status as integer) as status,
                cast(snapshot_id as bigint) as snapshot_id, cast(data_file.record_count as bigint) as row_count,
                cast({content} as integer) as content, cast({bound_field} as integer) as bound_field,
                cast({low} as blob) as low, cast({high} as blob) as high
            from read_avro($paths, filename = true)
        )"""


def snapshots_of(metadata: TableMetadata) -> list[Snapshot]:
    """Return the snapshots that a table's metadata holds."""
    return [
        Snapshot(
            found.snapshot_id,
            found.parent_snapshot_id,
            found.timestamp_ms * 1_000_000,
            found.manifest_list,
            _summary(found),
        )
        for found in metadata.snapshots
    ]


def _summary(snapshot: Any) -> dict[str, str]:
    if snapshot.summary is None:
        return {}
    return {"operation": snapshot.summary.operation.value, **snapshot.summary.additional_properties}


class MetadataLedger:
    """The ledger of one table in `folder`, read and brought up to date by a DuckDB connection with `avro` loaded.

    bound_field: id of the column whose bounds are kept of files that are learned from now on
    """

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, bound_field: int | None = None) -> None:
        self.folder = folder
        self.connection = connection
        self.bound_field = bound_field

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the ledger alone: scans of one table wait for each other here."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def learn(self, snapshots: Iterable[Snapshot], extras: Iterable[str] = ()) -> set[str]:
        """Read the manifests that are new of these snapshots; return manifests and lists that cannot be read.

        A snapshot with any of those is read again the next time.
        """
        with self.locked():
            known = self.parents()
            snapshots = list(snapshots)
            new = [found for found in snapshots if found.snapshot_id not in known]
            # Expiry takes the parent from a snapshot whose parent expires: older metadata tells it still.
            told = [s for s in snapshots if s.parent_id is not None and known.get(s.snapshot_id, 0) is None]
            self._learn_extras(extras)
            missing = self._learn_lists([found.list_path for found in new]) if new else set()
            readable = new
            if missing:
                # Read one by one: one that is gone keeps the others from being read.
                each = [(found, self._learn_lists([found.list_path])) for found in new]
                readable = [found for found, gone in each if not gone]
                missing = set().union(*(gone for _, gone in each))
            self._write("snapshots", self._snapshot_rows([*readable, *told]))
            self._tidy()
            return missing

    def parents(self) -> dict[int, int | None]:
        """Parent id of each snapshot that is known, the expired ones too."""
        return dict(self.rows("select snapshot_id, max(parent_id) from snapshots group by snapshot_id"))

    def mark(self, marks: list[str]) -> None:
        """Keep marks among the extras; they are no paths of files."""
        with self.locked():
            self._write("extras", [(mark,) for mark in marks])

    def keep_refused(self, rows: list[tuple[str, int | None, str | None, str | None]]) -> None:
        """Keep what metadata files of refused commits told, so that each is read once."""
        with self.locked():
            self._write("refused", rows)
            self._tidy()

    def rows(self, sql: str, parameters: Any = None) -> list[tuple]:
        """Rows of a query over the tables files, lists, snapshots and extras."""
        return self.connection.execute(f"with {self.tables_sql()} {sql}", parameters).fetchall()

    def tables_sql(self) -> str:
        """Common table expressions of the ledger's tables, for a `with` clause."""
        return ", ".join(f"{name} as ({self._select(name)})" for name in PARTS)

    def _select(self, name: str) -> str:
        parts = self._parts(name)
        if not parts:
            columns = ", ".join(
                f"cast(null as {kind}) as {column}" for column, kind in map(str.split, PARTS[name].split(", "))
            )
            return f"select {columns} where false"
        return f"select * from read_parquet({literal_list(duckdb_path(str(part)) for part in parts)})"

    def _parts(self, name: str) -> list[Path]:
        """The parts of a table, without those that another one stands for."""
        replaced = set()
        for note in self.folder.glob(f"{name}-*.replaces"):
            # Another process may just have removed it, with the parts that it names.
            with suppress(FileNotFoundError):
                if note.with_suffix(".parquet").exists():
                    replaced |= set(note.read_text().splitlines())
        return sorted(part for part in self.folder.glob(f"{name}-*.parquet") if part.name not in replaced)

    def _learn_lists(self, lists: list[str]) -> set[str]:
        """Keep what manifest lists and their new manifests hold; return those that could not be read."""
        paths = [duckdb_path(path) for path in lists]
        try:
            self.connection.execute(
                f"""create or replace temp table new_lists as
                    select distinct {canonical_sql("filename")} as list_path,
                        {canonical_sql("manifest_path")} as manifest_path, manifest_path as raw_path,
                        cast(added_snapshot_id as bigint) as snapshot_id
                    from read_avro($paths, filename = true)""",
                {"paths": paths},
            )
        except duckdb.Error:
            return set(canonical_paths(lists))
        new = self.connection.execute(
            f"""with {self.tables_sql()} select distinct raw_path from new_lists
                where manifest_path not in (select manifest_path from files)"""
        ).fetchall()
        manifests = [row[0] for row in new]
        missing = set()
        if manifests and not self._learn_manifests(manifests):
            missing = {canonical_path(manifest) for manifest in manifests if not self._learn_manifests([manifest])}
        # After the files: a list is known once all of its manifests are.
        self._write_select("lists", "select list_path, manifest_path, snapshot_id from new_lists")
        return missing

    def _learn_manifests(self, manifests: list[str]) -> bool:
        field = self.bound_field
        bounds = ("null", "null", "null")
        kept = (
            bounds
            if field is None
            else (str(field), f"data_file.lower_bounds[{field}]", f"data_file.upper_bounds[{field}]")
        )
        # Some writers keep no bounds, and format v1 knows no kinds of content.
        opened = list(map(duckdb_path, manifests))
        for columns in (("data_file.content", *kept), ("data_file.content", *bounds), ("null", *bounds)):
            try:
                self._write_select("files", _manifest_sql(*columns), {"paths": opened})
                return True
            except duckdb.Error:
                continue
        return False

    def _learn_extras(self, extras: Iterable[str]) -> None:
        paths = set(canonical_paths(extras))
        known = {row[0] for row in self.rows("select path from extras")}
        self._write("extras", [(path,) for path in sorted(paths - known)])

    def _snapshot_rows(self, snapshots: list[Snapshot]) -> list[tuple]:
        paths = canonical_paths(found.list_path for found in snapshots)
        return [
            (s.snapshot_id, s.parent_id, s.committed_ns, path, json.dumps(s.summary))
            for s, path in zip(snapshots, paths, strict=True)
        ]

    def _write(self, name: str, rows: list[tuple]) -> None:
        if not rows:
            return
        columns = list(map(str.split, PARTS[name].split(", ")))
        # As parameters DuckDB takes values one by one, a millisecond for ten; as Arrow it takes them at once.
        values = {column: [row[at] for row in rows] for at, (column, _) in enumerate(columns)}
        self.connection.register("new_rows", pa.table(values))
        self._write_select(
            name, "select " + ", ".join(f"cast({c} as {kind}) as {c}" for c, kind in columns) + " from new_rows"
        )
        self.connection.unregister("new_rows")

    def _write_select(
        self, name: str, sql: str, parameters: dict[str, Any] | None = None, replaces: Iterable[Path] = ()
    ) -> None:
        part = self.folder / f"{name}-{uuid.uuid4().hex}.parquet"
        draft = part.with_suffix(".draft")
        quoted = str(draft).replace("'", "''")
        try:
            written = f"(format parquet, row_group_size {ROW_GROUP_SIZE})"
            self.connection.execute(f"copy ({sql}) to '{quoted}' {written}", parameters)
        except duckdb.Error:
            draft.unlink(missing_ok=True)
            raise
        if names := [replaced.name for replaced in replaces]:
            # Before the part: without it the note says nothing, and without the note all rows would be there twice.
            note = part.with_suffix(".note.draft")
            note.write_text("\n".join(names))
            note.rename(part.with_suffix(".replaces"))
        draft.rename(part)

    def _tidy(self) -> None:
        # Of processes that died: this one holds the lock.
        for draft in self.folder.glob("*.draft"):
            draft.unlink()
        for name in PARTS:
            parts = self._parts(name)
            if len(parts) > MOST_PARTS:
                self._write_select(name, f"select distinct * from ({self._select(name)})", replaces=parts)
        # The oldest first: a part that it stands for may stand for others.
        for note in sorted(self.folder.glob("*.replaces"), key=lambda note: note.stat().st_mtime):
            if time.time() - note.stat().st_mtime < REPLACED_SECONDS:
                continue
            if note.with_suffix(".parquet").exists():
                for name in note.read_text().splitlines():
                    (self.folder / name).unlink(missing_ok=True)
            note.unlink()
