"""Commit rows to a landing table exactly once, whoever else writes at the same time.

The data files are written once; what is retried is the commit of their entries. Each try is made on the table as
it was just read, after looking there for the batch, and Iceberg accepts it only if nobody has committed since: so
the look and the commit are one step, and no batch lands twice.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store_matching.landing.commit_errors import (
    CommitConflictError,
    CommitError,
    UnknownOutcomeError,
    refused_text,
    unknown_text,
)
from store_matching.landing.landed_batches import RECOVERED_FROM, STAMP_PREFIX, find_batch, find_load, stamps
from store_matching.landing.load_result import RowAccountingError
from store_matching.sentinel.canonical_paths import canonical_path

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table, Transaction
    from pyiceberg.table.metadata import TableMetadata
    from pyiceberg.table.snapshots import Snapshot

DEFAULT_RETRIES = 40
# Other failures than conflicts (disk full, catalog locked) rarely go away by waiting.
RETRIES_OF_OTHER_FAILURES = 4
LOOK_UP_TRIES = 4
FIRST_WAIT_SECONDS = 0.15
WAIT_GROWTH = 1.5
LONGEST_WAIT_SECONDS = 3.0


@dataclass
class Commit:
    """What is committed, and how.

    reload:    reads the table anew
    rows_of:   the rows to append and further stamps, given the table they will be appended to
    values:    stamps of the snapshot, without prefix; 'load-id' is this attempt to load, 'batch-id' its batch
    again:     the command that loads the batch again, for the text of errors
    is_known_by_batch_id: a snapshot of the same batch from another loader counts as this batch having landed
    depends_on_table:     the rows are worked out again when the table has changed
    retries:   how often a refused commit is tried again
    notify:    gets a sentence when a commit is tried again
    """

    reload: Callable[[], Table]
    rows_of: Callable[[Table], tuple[pa.Table, dict[str, Any]]]
    values: dict[str, Any]
    again: str
    is_known_by_batch_id: bool = True
    depends_on_table: bool = False
    retries: int = DEFAULT_RETRIES
    notify: Callable[[str], None] = field(default=lambda _: None)


@dataclass(frozen=True)
class Landed:
    """How the batch came to be in the table: by `snapshot`, at this attempt, or by another loader (attempt 0)."""

    snapshot: Snapshot
    attempt: int

    @property
    def is_by_another(self) -> bool:
        """Whether another loader has landed the batch."""
        return self.attempt == 0


def commit_batch(commit: Commit, table: Table) -> Landed:
    """Commit the rows as one snapshot, an empty one where there are none, and return how they landed.

    Raises CommitConflictError (refused more than `retries` times), CommitError (failed otherwise, known not to have
    landed) and UnknownOutcomeError.
    """
    written: _WrittenFiles | None = None
    attempt = 0
    while True:
        landed = _landed_already(commit, table, attempt)
        if landed is not None:
            if landed.is_by_another and written is not None and not _is_recovered(landed.snapshot):
                # The table has changed since: a try of ours that is still under way can only be refused.
                written.delete(table)
            return landed
        if written is None or (commit.depends_on_table and written.base != table.metadata.current_snapshot_id):
            if written is not None:
                written.delete(table)
            written = _write(commit, table)
        attempt += 1
        try:
            snapshot = _append(table, written, commit.values | {"attempt": attempt})
            return Landed(snapshot, attempt)
        except Exception as error:
            table = _after_failure(commit, table, written, attempt, error)


@dataclass(frozen=True)
class _WrittenFiles:
    """Data files that no snapshot named when they were written, for the table as of snapshot `base`.

    older: ids of the snapshots that the table held then: none of them can name the files
    """

    files: list[DataFile]
    extra: dict[str, Any]
    base: int | None
    older: frozenset[int]

    def paths(self) -> list[str]:
        return [file.file_path for file in self.files]

    def delete(self, table: Table) -> None:
        """Delete those of the files that no snapshot of the table names; `table` was just read.

        A loader that slept longer than the grace may find that the Sentinel has registered its files.
        """
        try:
            named = self._named(table)
        except Exception:
            # What the table names is not known then, and a file too many harms nobody.
            return
        for path in self.paths():
            if path in named:
                continue
            # A file too many harms nobody.
            with contextlib.suppress(OSError):
                table.io.delete(path)

    def _named(self, table: Table) -> set[str]:
        """Those of the files that a snapshot of the table names, whether it leads to main or not."""
        mine = {canonical_path(path): path for path in self.paths()}
        manifests = {
            manifest.manifest_path: manifest
            for snapshot in table.metadata.snapshots
            if snapshot.snapshot_id not in self.older
            for manifest in snapshot.manifests(table.io)
            if manifest.added_snapshot_id not in self.older
        }
        return {
            mine[path]
            for manifest in manifests.values()
            for entry in manifest.fetch_manifest_entry(table.io)
            if (path := canonical_path(entry.data_file.file_path)) in mine
        }


def _is_recovered(snapshot: Snapshot) -> bool:
    """Whether the Sentinel has landed the batch, from files that may be ours, and of which it may have taken a part."""
    summary = {} if snapshot.summary is None else snapshot.summary.additional_properties
    return STAMP_PREFIX + RECOVERED_FROM in summary


def _landed_already(commit: Commit, table: Table, attempt: int) -> Landed | None:
    if (ours := find_load(table, commit.values["load-id"])) is not None:
        return Landed(ours, attempt)
    if commit.is_known_by_batch_id and (other := find_batch(table, commit.values["batch-id"])) is not None:
        return Landed(other, 0)
    return None


def _write(commit: Commit, table: Table) -> _WrittenFiles:
    from pyiceberg.io.pyarrow import _dataframe_to_data_files

    rows, extra = commit.rows_of(table)
    try:
        files = list(_dataframe_to_data_files(table.metadata, rows, table.io)) if rows.num_rows else []
    except OSError as error:
        name = ".".join(table.name())
        raise CommitError(
            refused_text(f"the data file of {name} could not be written", error, 1, [], commit.again)
        ) from error
    counted = sum(file.record_count for file in files)
    if counted != rows.num_rows:
        raise RowAccountingError(
            f"{rows.num_rows} rows were to be written, the data files hold {counted}: nothing has landed"
        )
    older = frozenset(snapshot.snapshot_id for snapshot in table.metadata.snapshots)
    return _WrittenFiles(files, extra, table.metadata.current_snapshot_id, older)


def _append(table: Table, written: _WrittenFiles, values: dict[str, Any]) -> Snapshot:
    transaction = _quick_transaction(table)
    update = transaction.update_snapshot(snapshot_properties=stamps(values | written.extra)).fast_append()
    for file in written.files:
        update.append_data_file(file)
    update.commit()
    committed = transaction.commit_transaction()
    return committed.metadata.snapshot_by_id(update.snapshot_id)


def _quick_transaction(table: Table) -> Transaction:
    """Return a transaction that looks at the table's metadata where PyIceberg's own copies all of it each time.

    It asks some fifteen times per commit, and a landing table's metadata grows with every batch.
    """
    from pyiceberg.table import Transaction

    class QuickTransaction(Transaction):
        @property
        def table_metadata(self) -> TableMetadata:
            return super().table_metadata if self._updates else self._table.metadata

    return QuickTransaction(table)


def _after_failure(commit: Commit, table: Table, written: _WrittenFiles, attempt: int, error: Exception) -> Table:
    """Return the table as it is now, on which to look and to try again; raises where there is no try left.

    A conflict is known to be refused. Of any other error nobody knows: the commit may have landed.
    """
    from pyiceberg.exceptions import CommitFailedException

    name = ".".join(table.name())
    is_conflict = isinstance(error, CommitFailedException)
    allowed = commit.retries if is_conflict else min(commit.retries, RETRIES_OF_OTHER_FAILURES)
    if not is_conflict or attempt > allowed:
        table = _look_up(commit, name, error)
        if _landed_already(commit, table, attempt) is not None:
            return table
    if attempt > allowed:
        kind = CommitConflictError if is_conflict else CommitError
        problem = f"another commit to {name} came first" if is_conflict else f"the commit to {name} failed"
        raise kind(refused_text(problem, error, attempt, written.paths(), commit.again)) from error
    wait = random.uniform(0, min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * WAIT_GROWTH ** (attempt - 1)))
    commit.notify(f"{name}: {type(error).__name__}, try {attempt + 1} in {wait:.2f} s")
    time.sleep(wait)
    # Read after the wait: others have committed meanwhile.
    return _look_up(commit, name, error)


def _look_up(commit: Commit, name: str, error: Exception) -> Table:
    for tries_left in reversed(range(LOOK_UP_TRIES)):
        try:
            return commit.reload()
        except Exception as look_up_error:
            if not tries_left:
                raise UnknownOutcomeError(unknown_text(name, error, look_up_error, commit.again)) from error
            time.sleep(FIRST_WAIT_SECONDS * 2 ** (LOOK_UP_TRIES - tries_left))
    raise AssertionError("unreachable")
