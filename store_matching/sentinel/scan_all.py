"""One pass over every watched table, with the gaps of their schedules, kept in OPS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from store_matching.errors import LakeError
from store_matching.lake import Lake
from store_matching.sentinel.findings import first_seen, keep_findings, known_duplicates
from store_matching.sentinel.gaps import find_gaps
from store_matching.sentinel.scan import ScanOptions, TableScan, scan_table
from store_matching.sentinel.types import SEVERITIES, Finding, Severity
from store_matching.sentinel.watched import Catalogs, WatchedTable, read_watched


@dataclass
class Scan:
    """What one pass saw.

    tables:   one scan per table there is
    findings: of all tables, gaps too, worst first
    failures: tables that could not be judged, with the reason
    """

    at: datetime
    tables: list[TableScan] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity | None:
        """The worst severity among confirmed findings, None without any."""
        found = [SEVERITIES.index(f.severity) for f in self.findings if f.confirmed_at is not None]
        return SEVERITIES[max(found)] if found else None


def ledger_folder(lake: Lake) -> Path:
    """Return where the ledgers lie: beside the catalog, on a local disk."""
    return lake.settings.state / "sentinel"


def utc_now() -> datetime:
    """Return the time, UTC without zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def scan_lake(
    lake: Lake,
    watched: Iterable[WatchedTable] | None = None,
    *,
    believe_all: bool = False,
    now: Callable[[], datetime] = utc_now,
    notify: Callable[[str], None] = lambda _: None,
) -> Scan:
    """Scan the watched tables, by default those declared, and keep what was found in OPS.sentinel_findings.

    notify: gets a sentence per table
    A table that cannot be judged is told in `failures` and its findings stay as they were; others go on.
    """
    catalogs = Catalogs(lake)
    options = ScanOptions(
        believe_all=believe_all, now=now, first_seen=first_seen(lake.ops), duplicates=known_duplicates(lake.ops)
    )
    scan = Scan(now())
    for declared in read_watched() if watched is None else watched:
        try:
            found = scan_table(declared, catalogs, ledger_folder(lake), options)
        except LakeError as error:
            scan.failures[declared.table_name] = str(error)
            continue
        except Exception as error:
            # One odd table or file must not keep the others from being judged.
            scan.failures[declared.table_name] = (
                f"{type(error).__name__}: {str(error).partition(chr(10))[0]}\n"
                "  what to do: nothing of this table was judged; look at what the error names, scan it alone with "
                f"sentinel.py scan --table {declared.table_name}, and report it if it stays"
            )
            continue
        if found is None:
            continue
        scan.tables.append(found)
        notify(
            f"{declared.table_name}: {found.files:,} files, {found.named:,} named by metadata, "
            f"{len(found.findings):,} not as they should be"
        )
    everything = [finding for table in scan.tables for finding in table.findings]
    everything += find_gaps(scan.tables, scan.at)
    kept = keep_findings(lake.ops, everything, [table.watched.table_name for table in scan.tables], scan.at)
    scan.findings = sorted(
        kept,
        key=lambda f: (
            -SEVERITIES.index(f.severity),
            f.table_name,
            f.finding_class,
            f.file_path or "",
            str(f.batch.window_start),
        ),
    )
    return scan
