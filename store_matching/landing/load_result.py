"""What became of one extract file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from store_matching.landing.batch import Batch


class RowAccountingError(RuntimeError):
    """Rows were lost or doubled between the file and the landing tables. Nothing has been loaded."""


@dataclass(frozen=True)
class ReasonCount:
    """How often one reason occurred in one column; numbers inside the reason are left out."""

    column: str | None
    reason: str
    rows: int


@dataclass(frozen=True)
class FullCounts:
    """What a full extract changed: accepted rows = new + changed + unchanged.

    new, changed, unchanged: rows of the extract, against the current rows as of the batch's window
    deleted:  live stores that the extract does not name; each has a row with is_deleted = true
    withheld: live stores that the extract does not name and that were kept all the same, because rows whose store
              cannot be told were refused
    """

    new: int
    changed: int
    unchanged: int
    deleted: int
    withheld: int


@dataclass(frozen=True)
class LoadResult:
    """What became of one extract file.

    rows_read is rows_accepted + rows_rejected. already_loaded: the batch was there before, nothing was
    changed, and every count is 0. seconds: wall clock of the load.
    In the lake only:
    attempt:       how often the commit was tried, 1 where nobody stood in the way
    snapshot_id:   of the stores table, None where nothing was committed
    full:          what a full extract changed, None for a delta
    other_batches: ids of batches of the same window that landed before
    """

    source_system: str
    file: Path
    batch: Batch
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    values_repaired: int = 0
    values_set_to_missing: int = 0
    rejections: tuple[ReasonCount, ...] = ()
    ignored: tuple[ReasonCount, ...] = ()
    absent_columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    already_loaded: bool = False
    seconds: float = 0.0
    attempt: int = 0
    snapshot_id: int | None = None
    full: FullCounts | None = None
    other_batches: tuple[str, ...] = ()
