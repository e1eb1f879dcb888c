"""Load one extract file into Snowflake's RAW tables, as one batch in one transaction."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from store_matching.errors import LakeError
from store_matching.landing.batch import Batch, content_digest, default_batch_id, now
from store_matching.landing.batch_checks import batch_warnings, checked_counts, command_to_repeat
from store_matching.landing.checked_extract import checked_extract
from store_matching.landing.commit_batch import RETRIES_OF_OTHER_FAILURES
from store_matching.landing.commit_errors import (
    CommitConflictError,
    CommitError,
    UnknownOutcomeError,
    refused_text,
    unknown_text,
)
from store_matching.landing.full_extract import delta_against_current_rows
from store_matching.landing.lake_tables import SIDE_TABLES, STORES_TABLES
from store_matching.landing.landed_batches import LandedBatch
from store_matching.landing.landing_rows import accepted_rows, side_rows
from store_matching.landing.load_result import FullCounts, LoadResult
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.open_extract import open_extract
from store_matching.landing.same_batch import check_same_batch
from store_matching.landing.snowflake_batches import insert_batch, snowflake_batches
from store_matching.landing.snowflake_rows import copy_rows, fetch_current_rows, put_rows
from store_matching.operations.snowflake_session import SnowflakeSession, StatementError

QUERY_TAG = "store_matching_landing"


@dataclass
class _Load:
    """One load of a file, however often its transaction is tried; `full` is filled for a full extract."""

    session: SnowflakeSession
    source_system: str
    path: Path
    batch: Batch
    digest: str
    is_full: bool
    retries: int
    notify: Callable[[str], None]
    load_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    loaded_at: datetime = field(default_factory=now)
    full: FullCounts | None = None

    @property
    def kind(self) -> str:
        """What the file is, as RAW.BATCHES says it."""
        return "full" if self.is_full else "delta"

    @property
    def table(self) -> str:
        """The stores table."""
        return STORES_TABLES[self.source_system]

    @property
    def again(self) -> str:
        """The command that loads the batch again under its id."""
        return command_to_repeat(self.source_system, self.batch, self.path, is_full=self.is_full, target="snowflake")


class _OvertakenError(Exception):
    """Another loader's batch has landed since this one looked."""


def load_batch_into_snowflake(
    session: SnowflakeSession,
    source_system: str,
    path: Path,
    window_start: datetime,
    *,
    mapping: HeaderMapping | None = None,
    encoding: str | None = None,
    batch_id: str | None = None,
    is_full: bool = False,
    retries: int = RETRIES_OF_OTHER_FAILURES,
    siblings: Collection[str] = (),
    notify: Callable[[str], None] = lambda _: None,
) -> LoadResult:
    """Append one CSV or Parquet extract to RAW as one batch and return what became of its rows.

    Accepted rows, refused rows, ignored values and the row of RAW.BATCHES are one transaction. The file is read and
    judged here, as for the lake; a full extract needs every current store of its source here too.
    session:  of a role that owns RAW, STORE_LOADER
    retries:  how often the transaction is tried again where the connection was lost or another batch came first;
              at most RETRIES_OF_OTHER_FAILURES
    The other arguments are those of `store_matching.landing.load_batch`.
    Raises ExtractError (the file), RowAccountingError, LakeError (another batch under this id, nobody can log in) and
    those of `commit_errors`. Whichever it is, the batch has not landed, save for UnknownOutcomeError; loading again is
    always safe.
    """
    started = time.perf_counter()
    mapping = mapping or HeaderMapping()
    extract = open_extract(path, mapping, encoding)
    digest = content_digest(path, mapping, encoding)
    batch = Batch(batch_id or default_batch_id(window_start, digest, is_full=is_full), window_start)
    retries = min(retries, RETRIES_OF_OTHER_FAILURES)
    load = _Load(session, source_system, path, batch, digest, is_full, retries, notify)
    if (landed := _find(load, snowflake_batches(session, source_system))) is not None:
        return _already_loaded(load, landed)
    with duckdb.connect() as connection, checked_extract(connection, extract):
        counts = checked_counts(connection, extract, is_full=is_full)
        landed, others = _land(load, connection, counts)
    if landed.load_id != load.load_id:
        return _already_loaded(load, landed)
    _fulfil_reload_requests(load)
    counts["warnings"] += batch_warnings(batch, load.full, others)
    return LoadResult(
        source_system,
        path,
        batch,
        **counts,
        seconds=time.perf_counter() - started,
        attempt=landed.attempt,
        full=load.full,
        other_batches=tuple(
            b.batch_id for b in others if b.window_start == window_start and b.batch_id not in siblings
        ),
    )


def _find(load: _Load, batches: list[LandedBatch]) -> LandedBatch | None:
    found = [batch for batch in batches if batch.batch_id == load.batch.batch_id]
    if len(found) > 1:
        raise LakeError(
            f"RAW.BATCHES has {len(found)} rows of batch {load.batch.batch_id} of {load.source_system}: "
            "two loaders landed it\n"
            f"  what to do: as STORE_LOADER, delete the rows of all but one load from RAW.BATCHES (load_id) and from "
            f"RAW.{load.table} (loaded_at)"
        )
    return found[0] if found else None


def _already_loaded(load: _Load, landed: LandedBatch) -> LoadResult:
    check_same_batch(landed, load.source_system, load.path, load.batch, load.digest, kind=load.kind)
    _fulfil_reload_requests(load)
    return LoadResult(load.source_system, load.path, load.batch, already_loaded=True)


def _land(
    load: _Load, connection: duckdb.DuckDBPyConnection, counts: dict[str, Any]
) -> tuple[LandedBatch, list[LandedBatch]]:
    """Try until the batch is there, whoever landed it; return it and the other batches of its source.

    Each try begins with a look: what a lost answer to COMMIT has left open is known then.
    """
    attempt = 0
    failure: LakeError | _OvertakenError | None = None
    is_committed = False
    while True:
        try:
            known = snowflake_batches(load.session, load.source_system)
        except LakeError as error:
            if failure is None:
                raise
            raise UnknownOutcomeError(
                unknown_text(f"RAW.{load.table}", failure, error, load.again, place="Snowflake")
            ) from error
        if (landed := _find(load, known)) is not None:
            return landed, [batch for batch in known if batch is not landed]
        if is_committed:
            lost = LakeError("the commit was accepted, and RAW.BATCHES has no row of the batch")
            aborted = LakeError("Snowflake may have ended the transaction before, so that a part of it came in alone")
            raise UnknownOutcomeError(
                unknown_text(f"RAW.{load.table}", lost, aborted, load.again, place="Snowflake")
                + f"\n  before that: as STORE_LOADER, delete from RAW.{load.table}, and from RAW.REJECTED_ROWS and "
                f"RAW.IGNORED_VALUES, where batch_id = '{load.batch.batch_id}'"
            )
        if failure is not None:
            _give_up(load, failure, attempt)
            load.notify(
                f"batch {load.batch.batch_id}: try {attempt} failed and it has not landed: trying again, "
                "which waits up to five minutes where a lost connection holds RAW.BATCHES"
            )
        attempt += 1
        try:
            _try_to_land(load, connection, counts, known, attempt)
            failure, is_committed = None, True
        except _OvertakenError as error:
            failure = error
        except StatementError as error:
            failure = error
            # What lost an answer once is not asked again.
            load.session.close()


def _give_up(load: _Load, failure: LakeError | _OvertakenError, attempt: int) -> None:
    """Raise the error of a batch that has not landed and is not tried again."""
    if isinstance(failure, StatementError) and failure.is_refused:
        raise CommitError(refused_text(f"RAW.{load.table}: Snowflake refused", failure, attempt, (), load.again))
    if attempt > load.retries:
        is_overtaken = isinstance(failure, _OvertakenError)
        raise (CommitConflictError if is_overtaken else CommitError)(
            refused_text(f"RAW.{load.table}: the batch could not be committed", failure, attempt, (), load.again)
        )


def _try_to_land(
    load: _Load,
    connection: duckdb.DuckDBPyConnection,
    counts: dict[str, Any],
    known: list[LandedBatch],
    attempt: int,
) -> None:
    """Upload the rows and commit them. Raises StatementError, RowAccountingError, _OvertakenError."""
    tables = _rows_of(load, connection)
    stage = f"RAW.LOADING_{load.load_id}"
    # Before the transaction: making a stage would commit it.
    put_rows(load.session, stage, tables)
    row = LandedBatch(
        source_system=load.source_system,
        batch_id=load.batch.batch_id,
        window_start=load.batch.window_start,
        source_file=load.path.name,
        kind=load.kind,
        row_count=counts["rows_accepted"],
        rejected_count=counts["rows_rejected"],
        landed_count=tables[load.table].num_rows,
        attempt=attempt,
        load_id=load.load_id,
        committed_at=load.loaded_at,
        snapshot_id=None,
        content_digest=load.digest,
    )
    with load.session.transaction():
        insert_batch(load.session, row)
        _check_not_overtaken(load, known)
        copy_rows(load.session, stage, tables)


def _rows_of(load: _Load, connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """Return the rows to append by table; of a full extract against the rows that are current now."""
    if load.is_full:
        fetch_current_rows(load.session, connection, load.table, load.batch)
        stores, load.full = delta_against_current_rows(connection, load.batch, load.loaded_at)
    else:
        stores = accepted_rows(connection, load.batch, load.loaded_at)
    values = {
        "source": load.source_system,
        "batch": load.batch.batch_id,
        "file": load.path.name,
        "now": load.loaded_at,
        "load": load.load_id,
    }
    return {load.table: stores} | {name: side_rows(connection, name, values) for name in SIDE_TABLES}


def _check_not_overtaken(load: _Load, known: list[LandedBatch]) -> None:
    """Raise _OvertakenError unless the row is this load's; of a full extract, unless nothing else came either."""
    rows = load.session.run("select batch_id, load_id from RAW.batches where source_system = %s", [load.source_system])
    ours = [row for row in rows if row["batch_id"] == load.batch.batch_id]
    if [row["load_id"] for row in ours] != [load.load_id]:
        raise _OvertakenError("another loader landed the batch")
    news = {row["batch_id"] for row in rows} - {batch.batch_id for batch in known} - {load.batch.batch_id}
    if load.is_full and news:
        raise _OvertakenError(f"another batch landed meanwhile: {', '.join(sorted(news))}")


def _fulfil_reload_requests(load: _Load) -> None:
    """Mark the open request for the window as fulfilled; the batch stays landed where OPS cannot be written."""
    with suppress(LakeError):
        load.session.run(
            """update OPS.reload_requests
                set request_status = 'fulfilled', fulfilled_at = sysdate(), fulfilled_batch_id = %s
                where source_system = %s and batch_window_start = %s::timestamp_ntz and request_status = 'open'""",
            [load.batch.batch_id, load.source_system, load.batch.window_start.isoformat(sep=" ")],
        )
