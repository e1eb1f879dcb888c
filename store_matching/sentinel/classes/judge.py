"""What each stray file is, and why: the classes of `FindingClass`, each with its evidence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from store_matching.sentinel.batch_evidence import MetadataEvidence, read_metadata_evidence
from store_matching.sentinel.canonical_paths import canonical_paths
from store_matching.sentinel.classes.committed_once import judge_detached, judge_leftovers
from store_matching.sentinel.classes.judging import Judging, kind_of
from store_matching.sentinel.classes.other_tables import files_of_other_tables, foreign, rejected
from store_matching.sentinel.classes.unnamed_data import judge_data_files
from store_matching.sentinel.history import learn_history
from store_matching.sentinel.list_files import Storage
from store_matching.sentinel.metadata_ledger import MetadataLedger
from store_matching.sentinel.types import Finding, FindingClass, Severity
from store_matching.sentinel.watched import Catalogs

if TYPE_CHECKING:
    from store_matching.sentinel.scan import ScanOptions, StrayFile, TableScan


def judge(
    scan: TableScan,
    connection: duckdb.DuckDBPyConnection,
    ledger: MetadataLedger,
    storage: Storage,
    catalogs: Catalogs,
    strays: list[StrayFile],
    gone: list[tuple[str, str]],
    *,
    blind: bool,
    options: ScanOptions,
    at: datetime,
) -> list[Finding]:
    """Return one finding per file that is not as it should be.

    gone:  named files that are not there, with their kind
    blind: metadata is missing, so that what it named cannot be told from what nobody named
    """
    paths = frozenset(path for path, _ in gone)
    judged = Judging(scan, connection, ledger, storage, catalogs, at, paths, options.duplicates)
    findings = [_dangling(judged, path, kind) for path, kind in gone]
    findings += judge_detached(judged)
    if strays and not blind:
        findings += _strays(judged, strays, options)
    return sorted(findings, key=lambda found: (found.finding_class, found.file_path or ""))


def _dangling(judged: Judging, path: str, kind: str) -> Finding:
    rows = judged.ledger.rows(
        """select count(distinct snapshot_id), max(row_count) from files where path = $path""", {"path": path}
    )
    old = canonical_paths(entry.metadata_file for entry in judged.table.metadata.metadata_log)
    is_old_metadata = kind == "metadata" and path in old
    return judged.finding(
        FindingClass.DANGLING_REFERENCE,
        file_path=path,
        row_count=rows[0][1] if kind == "data" else None,
        evidence=f"metadata names this {kind} file, and it is not there",
        recommended_action=(
            "nothing reads an older metadata file but a view pinned to it"
            if is_old_metadata
            else "put the file back from a copy of the storage; queries that need it fail until then"
        ),
        severity_given=Severity.INFO if is_old_metadata else None,
        confirmed_at=judged.at,
    )


def _strays(judged: Judging, strays: list[StrayFile], options: ScanOptions) -> list[Finding]:
    from store_matching.sentinel.scan import refresh_ever_files

    odd = [stray.path for stray in strays if kind_of(stray.path) in ("metadata", "statistics")]
    committed_metadata = learn_history(judged.ledger, judged.table, judged.storage, odd)
    ever = refresh_ever_files(judged.connection, judged.ledger, [stray.path for stray in strays])
    findings, unknown = [], []
    leftovers = [stray for stray in strays if stray.path in ever or stray.path in committed_metadata]
    findings += judge_leftovers(judged, leftovers)
    for stray in strays:
        if stray.path in ever or stray.path in committed_metadata:
            continue
        seen = min(stray.modified_at, options.first_seen.get(stray.path, stray.modified_at))
        if judged.at - seen < judged.scan.grace:
            findings.append(_in_flight(judged, stray))
        else:
            unknown.append(stray)
    if not unknown:
        return findings
    evidence = _metadata_evidence(judged, unknown)
    owners = files_of_other_tables(judged, unknown, evidence)
    data: list[StrayFile] = []
    for stray in unknown:
        kind = kind_of(stray.path)
        if stray.path in owners:
            findings.append(owners[stray.path])
        elif kind in ("metadata", "manifest", "statistics"):
            findings.append(rejected(judged, stray, kind, evidence))
        elif kind == "other":
            text = "no name that Iceberg gives to a file"
            findings.append(foreign(judged, stray, text))
        else:
            data.append(stray)
    return [found for found in findings if found is not None] + judge_data_files(judged, data, evidence)


def _in_flight(judged: Judging, stray: StrayFile) -> Finding:
    return judged.of_file(
        stray,
        FindingClass.IN_FLIGHT,
        f"changed {stray.modified_at:%H:%M:%S} UTC; its writer has until "
        f"{stray.modified_at + judged.scan.grace:%H:%M:%S} to commit it",
        recommended_action="none: the next scan looks again",
    )


def _metadata_evidence(judged: Judging, strays: list[StrayFile]) -> MetadataEvidence:
    paths = [stray.path for stray in strays if kind_of(stray.path) in ("metadata", "manifest")]
    uuid = str(judged.table.metadata.table_uuid)
    return read_metadata_evidence(judged.connection, judged.storage, paths, judged.ledger, uuid)
