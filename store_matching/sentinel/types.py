"""What the Sentinel finds: one `Finding` per file, or per window without a file, that is not as it should be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class FindingClass(StrEnum):
    """What a file is that is not as it should be.

    Young files, and files that no second look has confirmed, are IN_FLIGHT: their writer may still commit them.
    """

    IN_FLIGHT = "in_flight"
    LOST_BATCH = "lost_batch"
    PARTLY_DUPLICATE = "partly_duplicate"
    DUPLICATE = "duplicate"
    EXPIRED_LEFTOVER = "expired_leftover"
    REJECTED_METADATA = "rejected_metadata"
    ABANDONED_BUILD = "abandoned_build"
    DETACHED_SNAPSHOT = "detached_snapshot"
    DANGLING_REFERENCE = "dangling_reference"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"
    GAP = "gap"


class Severity(StrEnum):
    """How urgent a finding is; in rising order of `SEVERITIES`."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


SEVERITIES = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)
SEVERITY_OF = {
    FindingClass.LOST_BATCH: Severity.CRITICAL,
    FindingClass.DETACHED_SNAPSHOT: Severity.CRITICAL,
    FindingClass.DANGLING_REFERENCE: Severity.CRITICAL,
    FindingClass.PARTLY_DUPLICATE: Severity.WARNING,
    FindingClass.UNREADABLE: Severity.WARNING,
    FindingClass.GAP: Severity.WARNING,
}
# Rows of these are missing from the table, and can be brought back.
RECOVERABLE = (FindingClass.LOST_BATCH, FindingClass.PARTLY_DUPLICATE, FindingClass.DETACHED_SNAPSHOT)


class Cause(StrEnum):
    """Why a batch is not in its table."""

    COMMIT_CONFLICT = "commit conflict"
    KILLED_WRITER = "killed writer"
    DETACHED_SNAPSHOT = "detached snapshot"
    NEVER_ARRIVED = "never arrived"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Batch:
    """The batch that a file belongs to; what could not be found out is None.

    evidence: where the batch was read from
    stamps:   what the snapshot summary of a commit that was refused or detached said of it, without prefix
    """

    batch_id: str | None = None
    window_start: datetime | None = None
    evidence: str | None = None
    stamps: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One file, or one window without a file, that is not as it should be. Times are UTC without zone.

    table_name:  such as 'raw.gi_stores'
    file_path:   canonical path; None for a gap
    row_count:   rows of the file; None where it is no data file or cannot be read
    live_key_count: rows of the file whose keys the table holds
    orphan_manifest: path of a manifest that no snapshot names and that lists the file
    only_by_file: its rows may have been deleted on purpose: they come back only where somebody names the file
    snapshot_id: the detached snapshot that added it; of a duplicate the table's current one, which has all its rows
    class_seen_at: since when each scan has found it to be of this class
    """

    table_name: str
    finding_class: FindingClass
    file_path: str | None = None
    size_bytes: int | None = None
    modified_at: datetime | None = None
    batch: Batch = field(default_factory=Batch)
    row_count: int | None = None
    live_key_count: int | None = None
    cause: Cause | None = None
    evidence: str = ""
    recommended_action: str = ""
    severity_given: Severity | None = None
    orphan_manifest: str | None = None
    snapshot_id: int | None = None
    only_by_file: bool = False
    table_uuid: str = ""
    source_system: str | None = None
    owner: str = ""
    first_seen_at: datetime | None = None
    class_seen_at: datetime | None = None
    confirmed_at: datetime | None = None

    @property
    def finding_id(self) -> str:
        """The same for the same file or window in every scan, whatever its class."""
        what = self.file_path or f"window {self.batch.window_start}"
        return hashlib.sha256(f"{self.table_uuid}|{self.table_name}|{what}".encode()).hexdigest()[:20]

    @property
    def severity(self) -> Severity:
        """How urgent it is."""
        return self.severity_given or SEVERITY_OF.get(self.finding_class, Severity.INFO)

    def with_(self, **changes: object) -> Finding:
        """Return a copy with changes."""
        return replace(self, **changes)
