"""Apply a recovery: look again, then commit everything in one Iceberg transaction, or nothing."""

from __future__ import annotations

import hashlib
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from store_matching.errors import LakeError
from store_matching.lake import Lake
from store_matching.ops.registry import who
from store_matching.ops.store import OpsStore, timestamp
from store_matching.sentinel.data_files import key_columns, live_keys, missing_rows_sql
from store_matching.sentinel.deletions import Deletions
from store_matching.sentinel.findings import known_duplicates, record_action
from store_matching.sentinel.list_files import storage_of
from store_matching.sentinel.logical_files import make_logical_files
from store_matching.sentinel.metadata_ledger import MetadataLedger
from store_matching.sentinel.recover.batch_stamps import recovery_stamps
from store_matching.sentinel.recover.plan import Method, Step, plan_step
from store_matching.sentinel.scan import ledger_of, scan_connection
from store_matching.sentinel.sql_text import identifier
from store_matching.sentinel.types import Finding
from store_matching.sentinel.watched import SNOWFLAKE_CATALOG, Catalogs, WatchedTable

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table

TRIES = 40
LONGEST_WAIT_SECONDS = 2.0
TAG_AGE_MS = 90 * 24 * 3600 * 1000


@dataclass(frozen=True)
class Outcome:
    """What became of one finding.

    is_recovered: its rows came back by this call
    text:         what was done, or why nothing was
    snapshot_id:  by which they came back
    """

    finding: Finding
    is_recovered: bool
    text: str
    snapshot_id: int | None = None
    rows: int = 0


def recover(
    lake: Lake,
    watched: WatchedTable,
    findings: list[Finding],
    ledgers: Path,
    now: Callable[[], datetime],
    notify: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Bring back what the findings of one table say is missing, and record it in OPS.

    Each try looks again on the table as it is then, and Iceberg accepts the commit only if nobody has committed
    since; so a batch that its loader lands meanwhile does not come twice. No file is deleted.
    Raises LakeError when the table cannot be read or was overtaken too often.
    """
    if watched.catalog == SNOWFLAKE_CATALOG:
        raise LakeError(
            f"{watched.table_name} is written by Snowflake alone; nothing was recovered\n  what to do: load the file "
            "there, with COPY INTO … FROM the stage and FILES = (…)"
        )
    catalogs = Catalogs(lake)
    outcomes: list[Outcome] = []
    waiting = list(findings)
    while waiting:
        done = _recover_some(lake, catalogs, watched, waiting, ledgers, now, notify)
        outcomes += done
        handled = {outcome.finding.finding_id for outcome in done}
        waiting = [finding for finding in waiting if finding.finding_id not in handled]
        if not done:
            raise LakeError(f"{watched.table_name}: {len(waiting)} findings could not be handled; scan again")
    return outcomes


def _recover_some(
    lake: Lake,
    catalogs: Catalogs,
    watched: WatchedTable,
    findings: list[Finding],
    ledgers: Path,
    now: Callable[[], datetime],
    notify: Callable[[str], None],
) -> list[Outcome]:
    for attempt in range(1, TRIES + 1):
        table = catalogs.table(watched)
        if table is None:
            raise LakeError(f"{watched.table_name} is gone from its catalog; nothing was recovered")
        with scan_connection(table) as connection:
            steps, settled = _looked_at_again(lake, connection, table, watched, findings, ledgers)
            for outcome in settled:
                record_action(lake.ops, outcome.finding, outcome.text, now())
            reloads = [step for step in steps if step.method in (Method.RELOAD, Method.NONE)]
            outcomes = settled + [_ask_again(lake.ops, step, now()) for step in reloads]
            steps = [step for step in steps if step not in reloads]
            if not steps:
                return outcomes
            try:
                ledger = ledger_of(ledgers, connection, table, watched)
                return outcomes + _commit(lake, connection, table, watched, steps, ledger, now)
            except Exception as error:
                if not _is_conflict(error):
                    raise
        notify(f"{watched.table_name}: another commit came first, try {attempt + 1}")
        time.sleep(random.uniform(0, min(LONGEST_WAIT_SECONDS, 0.05 * attempt)))
    raise LakeError(f"{watched.table_name}: overtaken {TRIES} times; nothing was recovered\n  what to do: run again")


def _is_conflict(error: Exception) -> bool:
    from pyiceberg.exceptions import CommitFailedException

    return isinstance(error, CommitFailedException)


def _looked_at_again(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    watched: WatchedTable,
    findings: list[Finding],
    ledgers: Path,
) -> tuple[list[Step], list[Outcome]]:
    """Return the steps for what is missing still, and the outcomes of what is not."""
    ledger = ledger_of(ledgers, connection, table, watched)
    make_logical_files(connection, ledger, table)
    in_main = files_of_main(ledger, table)
    storage = storage_of(table.location(), table.io)
    steps, settled = [], []
    paths = [finding.file_path for finding in findings if finding.file_path is not None]
    there = storage.existing(paths) if paths else set()
    for finding in findings:
        if finding.file_path in in_main:
            settled.append(Outcome(finding, False, "recovered already: main holds the file"))
        elif finding.file_path is not None and finding.file_path not in there:
            settled.append(Outcome(finding, False, "the file is gone; if its window is missing, a gap will say so"))
        else:
            steps.append(plan_step(connection, table, finding))
    keys = key_columns(table, watched.key_columns)
    contents = [step.content for step in steps if step.content is not None]
    try:
        counts = live_keys(connection, table, contents, keys, watched.version_column, ledger)
    except (duckdb.Error, NotImplementedError, OSError, ValueError) as error:
        raise LakeError(
            f"{watched.table_name}: its own rows cannot be read, so that none is recovered twice nothing was: "
            f"{str(error).partition(chr(10))[0]}\n  what to do: make the table readable again, and run this again"
        ) from error
    deletions = Deletions(ledger, table.metadata.current_snapshot_id, known_duplicates(lake.ops))
    alone = _first_of_each_key(connection, keys) if contents else set()
    chosen: list[Step] = []
    for step in steps:
        if step.content is None:
            chosen.append(step)
            continue
        live = counts[step.content.path]
        if live.live == live.rows:
            settled.append(Outcome(step.finding, False, "its rows are in the table already"))
        elif not step.finding.only_by_file and (
            deleted := deletions.since(step.content.path, step.finding.batch.batch_id)
        ):
            # Landed and deleted since the scan: nobody asked for these rows knowing that.
            settled.append(Outcome(step.finding, False, f"not recovered: {deleted}"))
        elif contents.index(step.content) not in alone:
            # Another file of this run holds some of its rows: it is looked at again when that one is committed.
            continue
        elif live.live and step.method != Method.APPEND:
            chosen.append(Step(step.finding, Method.APPEND, "a part of its rows landed meanwhile", None, step.content))
        else:
            chosen.append(step)
    return chosen, settled


def files_of_main(ledger: MetadataLedger, table: Table) -> set[str]:
    """Return the canonical paths of the files of a table's current snapshot. ledger: up to date with the table."""
    current = table.metadata.current_snapshot_id
    rows = ledger.rows(
        """select distinct path from files semi join (select manifest_path from lists where list_path in (
               select list_path from snapshots where snapshot_id = $id
           )) using (manifest_path) where status <> 2""",
        {"id": current},
    )
    return {row[0] for row in rows}


def _first_of_each_key(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> set[int]:
    """Numbers of files, in the order of `live_keys`, of whose keys no file before them holds any."""
    names = ", ".join(map(identifier, keys))
    rows = connection.execute(
        f"""with holders as (select file_number, min(file_number) over (partition by {names}) as first_holder
                             from orphan_rows)
            select file_number from holders group by file_number
            having max(cast(first_holder < file_number as integer)) = 0"""
    ).fetchall()
    return {row[0] for row in rows}


def _commit(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    watched: WatchedTable,
    steps: list[Step],
    ledger: MetadataLedger,
    now: Callable[[], datetime],
) -> list[Outcome]:
    from pyiceberg.table import Transaction
    from pyiceberg.table.update.snapshot import ManageSnapshots

    written = {step.finding.finding_id: _entries(connection, table, watched, step, ledger) for step in steps}
    # This call retries by looking again; PyIceberg's own retry would append without looking.
    once = table.metadata.model_copy(update={"properties": table.properties | {"commit.retry.num-retries": "0"}})
    table.metadata = once
    transaction = Transaction(table)
    before = table.metadata.current_snapshot_id
    outcomes: list[Outcome] = []
    newest = before
    for group in _batches(steps):
        entries = [entry for step in group for entry in written[step.finding.finding_id]]
        rows = sum(entry.record_count for entry in entries)
        stamps = recovery_stamps(lake, table, [step.finding for step in group], rows)
        update = transaction.update_snapshot(snapshot_properties=stamps).fast_append()
        for entry in entries:
            update.append_data_file(entry)
        update.commit()
        newest = update.snapshot_id
        outcomes += [
            Outcome(
                step.finding,
                True,
                f"recovered: {step.method}, snapshot {newest}",
                newest,
                sum(entry.record_count for entry in written[step.finding.finding_id]),
            )
            for step in group
        ]
    name = hashlib.sha256(" ".join(sorted(written)).encode()).hexdigest()[:8]
    name = f"{now():%Y%m%dT%H%M%S}-{name}"
    tags = ManageSnapshots(transaction)
    if before is not None:
        tags.create_tag(before, f"before-recovery-{name}", TAG_AGE_MS)
    tags.create_tag(newest, f"after-recovery-{name}", TAG_AGE_MS)
    tags.commit()
    transaction.commit_transaction()
    for outcome in outcomes:
        record_action(lake.ops, outcome.finding, outcome.text, now())
    return outcomes


def _entries(
    connection: duckdb.DuckDBPyConnection, table: Table, watched: WatchedTable, step: Step, ledger: MetadataLedger
) -> list[DataFile]:
    """The entries that a step commits; rows are written anew where the file cannot be registered."""
    from pyiceberg.io.pyarrow import _dataframe_to_data_files

    if step.entry is not None:
        return [step.entry]
    keys = key_columns(table, watched.key_columns)
    sql = missing_rows_sql(connection, table, step.content, keys, watched.version_column, ledger)
    rows = connection.execute(sql).to_arrow_table()
    try:
        rows = rows.cast(table.schema().as_arrow())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise LakeError(
            f"{step.content.path}: its rows cannot be brought into the columns of {watched.table_name}: {error}\n"
            "  what to do: append its missing rows by hand; recover the other files one by one with --file"
        ) from error
    return list(_dataframe_to_data_files(table.metadata, rows, table.io)) if rows.num_rows else []


def _batches(steps: Iterable[Step]) -> list[list[Step]]:
    groups: dict[tuple, list[Step]] = defaultdict(list)
    for step in steps:
        batch = step.finding.batch
        groups[(batch.batch_id, batch.window_start)].append(step)
    # In the order of their windows, as their loaders would have committed them.
    return [groups[key] for key in sorted(groups, key=lambda key: (str(key[1]), str(key[0])))]


def _ask_again(ops: OpsStore, step: Step, now: datetime) -> Outcome:
    """Ask the loader for a window again; a request that is open stays the only one."""
    finding = step.finding
    if step.method == Method.NONE:
        return Outcome(finding, False, f"nothing can be done: {step.why}")
    window = timestamp(finding.batch.window_start)
    number = hashlib.sha256(f"{finding.source_system}|{window}".encode()).hexdigest()[:20]
    with ops.transaction() as connection:
        row = connection.execute(
            "select request_status from reload_requests where request_id = ?", (number,)
        ).fetchone()
        if row is not None and row["request_status"] == "open":
            return Outcome(finding, False, f"window {window[:16]} was asked for already")
        connection.execute(
            """insert or replace into reload_requests (
                   request_id, source_system, batch_window_start, reason, request_status, requested_at, requested_by
               ) values (?, ?, ?, ?, 'open', ?, ?)""",
            (number, finding.source_system, window, step.why, timestamp(now), who()),
        )
    record_action(ops, finding, f"asked the loader for window {window[:16]} again", now, is_resolved=False)
    return Outcome(finding, False, f"asked the loader for window {window[:16]} again (OPS.reload_requests)")
