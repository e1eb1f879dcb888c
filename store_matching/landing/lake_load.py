"""Load one extract file into the lake's RAW tables, as one batch in one Iceberg commit."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from store_matching.lake import Lake, LakeError
from store_matching.landing.batch import Batch, content_digest, default_batch_id, now
from store_matching.landing.batch_checks import batch_warnings, checked_counts, command_to_repeat
from store_matching.landing.checked_extract import checked_extract
from store_matching.landing.commit_batch import DEFAULT_RETRIES, Commit, Landed, commit_batch
from store_matching.landing.extract import Extract
from store_matching.landing.full_extract import full_delta
from store_matching.landing.lake_tables import NAMESPACE, SIDE_TABLES, STORES_TABLES, landing_table
from store_matching.landing.landed_batches import LandedBatch, batch_of, find_batch, landed_batches
from store_matching.landing.landing_rows import accepted_rows, side_rows
from store_matching.landing.load_result import FullCounts, LoadResult
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.open_extract import open_extract
from store_matching.landing.reload_requests import fulfil_reload_requests
from store_matching.landing.same_batch import check_same_batch

if TYPE_CHECKING:
    from pyiceberg.table import Table
    from pyiceberg.table.snapshots import Snapshot


@dataclass
class _Load:
    """One attempt to load a file; `full` is filled when the delta of a full extract has been worked out."""

    lake: Lake
    source_system: str
    path: Path
    batch: Batch
    digest: str
    extract: Extract
    is_full: bool
    retries: int
    notify: Callable[[str], None]
    load_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    loaded_at: datetime = field(default_factory=now)
    full: FullCounts | None = None

    @property
    def kind(self) -> str:
        """What the file is, as it is stamped."""
        return "full" if self.is_full else "delta"

    @property
    def again(self) -> str:
        """The command that loads the batch again under its id, whatever the file's mapping."""
        return command_to_repeat(self.source_system, self.batch, self.path, is_full=self.is_full)


def load_batch(
    lake: Lake,
    source_system: str,
    path: Path,
    window_start: datetime,
    *,
    mapping: HeaderMapping | None = None,
    encoding: str | None = None,
    batch_id: str | None = None,
    is_full: bool = False,
    retries: int = DEFAULT_RETRIES,
    siblings: Collection[str] = (),
    notify: Callable[[str], None] = lambda _: None,
) -> LoadResult:
    """Append one CSV or Parquet extract to the lake as one batch and return what became of its rows.

    source_system: 'GI' or 'TH'
    window_start:  UTC start of the window the batch stands for, without zone
    batch_id:      default: window and content. A batch that has landed is not loaded again; LakeError when the one
                   that landed under this id is another
    is_full:       the file holds every store of the source: only differences land, and deletions
    retries:       how often a commit that another one has overtaken is tried again
    siblings:      ids of batches that are no news beside this one: the other files of one command
    notify:        gets a sentence when a commit is tried again
    Raises ExtractError (the file), LakeError (the lake; see `commit_errors` for commits) and RowAccountingError.
    Whichever it is, the batch has not landed, save for UnknownOutcomeError; loading again is always safe.
    """
    started = time.perf_counter()
    mapping = mapping or HeaderMapping()
    extract = open_extract(path, mapping, encoding)
    table = landing_table(lake, STORES_TABLES[source_system])
    digest = content_digest(path, mapping, encoding)
    if batch_id is None:
        batch_id = default_batch_id(window_start, digest, is_full=is_full)
    batch = Batch(batch_id, window_start)
    load = _Load(lake, source_system, path, batch, digest, extract, is_full, retries, notify)
    if (snapshot := find_batch(table, batch_id)) is not None:
        fulfil_reload_requests(lake.ops, source_system, window_start, batch_id)
        return _already_loaded(load, snapshot)
    with duckdb.connect() as connection, checked_extract(connection, extract):
        counts = checked_counts(connection, extract, is_full=is_full)
        landed, others = _commit(load, connection, table, counts)
    fulfil_reload_requests(lake.ops, source_system, window_start, batch_id)
    if landed.is_by_another:
        return _already_loaded(load, landed.snapshot)
    counts["warnings"] += batch_warnings(load.batch, load.full, others)
    return LoadResult(
        source_system,
        path,
        batch,
        **counts,
        seconds=time.perf_counter() - started,
        attempt=landed.attempt,
        snapshot_id=landed.snapshot.snapshot_id,
        full=load.full,
        other_batches=tuple(
            b.batch_id for b in others if b.window_start == window_start and b.batch_id not in siblings
        ),
    )


def _already_loaded(load: _Load, snapshot: Snapshot) -> LoadResult:
    """Return the result of a batch that landed by this snapshot; raises LakeError where that was another one."""
    check_same_batch(batch_of(snapshot), load.source_system, load.path, load.batch, load.digest, kind=load.kind)
    return LoadResult(load.source_system, load.path, load.batch, already_loaded=True)


def _commit(
    load: _Load, connection: duckdb.DuckDBPyConnection, table: Table, counts: dict[str, Any]
) -> tuple[Landed, list[LandedBatch]]:
    """Commit the side tables, then the stores, and return with them the batches that were there before."""
    values = {
        "batch-id": load.batch.batch_id,
        "source-system": load.source_system,
        "window-start": load.batch.window_start.isoformat(),
        "source-file": load.path.name,
        "load-id": load.load_id,
        "kind": load.kind,
        "content-digest": load.digest,
    }
    for name in SIDE_TABLES:
        _commit_side_rows(load, connection, name, values)

    def rows_of(current: Table) -> tuple[pa.Table, dict[str, Any]]:
        if not load.is_full:
            return accepted_rows(connection, load.batch, load.loaded_at), {}
        is_s3 = load.lake.settings.is_s3
        rows, load.full = full_delta(connection, current, load.batch, load.loaded_at, s3=is_s3)
        return rows, {f"rows-{name}": count for name, count in asdict(load.full).items()}

    values |= {
        "rows-read": counts["rows_read"],
        "rows": counts["rows_accepted"],
        "rows-rejected": counts["rows_rejected"],
    }
    tables = [table]

    def reload() -> Table:
        tables.append(_reload(load.lake, STORES_TABLES[load.source_system]))
        return tables[-1]

    landed = commit_batch(
        Commit(
            reload=reload,
            rows_of=rows_of,
            values=values,
            again=load.again,
            depends_on_table=load.is_full,
            retries=load.retries,
            notify=load.notify,
        ),
        table,
    )
    # As of the try that was accepted: what landed while this one waited counts too.
    return landed, [batch for batch in landed_batches(tables[-1]) if batch.load_id != load.load_id]


def _commit_side_rows(load: _Load, connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> None:
    """Commit rejected rows or ignored values; they count once a snapshot of the stores carries the load id."""
    rows = side_rows(
        connection,
        name,
        {
            "source": load.source_system,
            "batch": load.batch.batch_id,
            "file": load.path.name,
            "now": load.loaded_at,
            "load": load.load_id,
        },
    )
    if not rows.num_rows:
        return
    commit_batch(
        Commit(
            reload=lambda: _reload(load.lake, name),
            rows_of=lambda _: (rows, {}),
            values=values,
            again=load.again,
            # An attempt that failed later leaves rows of the same batch that do not count.
            is_known_by_batch_id=False,
            # This is not the commit that the caller asks to see refused.
            retries=max(load.retries, DEFAULT_RETRIES),
            notify=load.notify,
        ),
        landing_table(load.lake, name),
    )


def _reload(lake: Lake, name: str) -> Table:
    table = lake.table(f"{NAMESPACE}.{name}")
    if table is None:
        raise LakeError(f"table {NAMESPACE}.{name} is gone from the catalog of {lake.settings.root}")
    return table
