"""What every judgement needs: the table, its ledger and storage, and how a finding is made."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb

from store_matching.sentinel.data_files import DataFileContent, LiveKeys, key_columns, live_keys, read_contents
from store_matching.sentinel.deletions import Deletions
from store_matching.sentinel.list_files import Storage
from store_matching.sentinel.metadata_ledger import MetadataLedger, Snapshot, snapshots_of
from store_matching.sentinel.types import Finding, FindingClass, Severity
from store_matching.sentinel.watched import Catalogs, WatchedTable

if TYPE_CHECKING:
    from pyiceberg.table import Table

    from store_matching.sentinel.scan import StrayFile, TableScan


DATA_SUFFIXES = (".parquet", ".orc", ".avro")
STATISTICS_SUFFIXES = (".puffin", ".stats")
# By its folder, or by the names that writers give to manifests and manifest lists below write.metadata.path.
PATH_OF_CONTENT = re.compile(r"/metadata/[^/]+\.avro$|/(?:snap-[^/]+|[^/]+-m\d+)\.avro$")


def kind_of(path: str) -> str:
    """Return what a file is by its name: 'metadata', 'manifest', 'statistics', 'data' or 'other'."""
    if ".metadata.json" in path:
        return "metadata"
    if PATH_OF_CONTENT.search(path):
        return "manifest"
    if path.endswith(STATISTICS_SUFFIXES):
        return "statistics"
    return "data" if path.endswith(DATA_SUFFIXES) else "other"


@dataclass
class Judging:
    """What judging one table's strays needs."""

    scan: TableScan
    connection: duckdb.DuckDBPyConnection
    ledger: MetadataLedger
    storage: Storage
    catalogs: Catalogs
    at: datetime
    gone: frozenset[str]
    duplicates: dict[str, int]
    # Why the table's own rows could not be read; '' where they could, or where nobody needed them.
    uncounted: str = ""

    @property
    def watched(self) -> WatchedTable:
        return self.scan.watched

    @property
    def table(self) -> Table:
        return self.scan.table

    @cached_property
    def snapshots(self) -> list[Snapshot]:
        """Snapshots that the table's metadata holds."""
        return snapshots_of(self.table.metadata)

    @cached_property
    def deletions(self) -> Deletions:
        """What main has deleted; asked for where rows are missing."""
        return Deletions(self.ledger, self.table.metadata.current_snapshot_id, self.duplicates)

    def finding(self, finding_class: FindingClass, **values: object) -> Finding:
        return Finding(
            self.watched.table_name,
            finding_class,
            table_uuid=str(self.table.metadata.table_uuid),
            source_system=self.watched.source_system or None,
            owner=self.watched.owner,
            **values,
        )

    def of_file(self, stray: StrayFile, finding_class: FindingClass, evidence: str, **values: object) -> Finding:
        return self.finding(
            finding_class,
            file_path=stray.path,
            size_bytes=stray.size_bytes,
            modified_at=stray.modified_at,
            evidence=evidence,
            **values,
        )


def readable(judged: Judging, paths: list[str]) -> list[DataFileContent]:
    """Return what the footers of those of the files tell that can be read."""
    contents, _ = read_contents(judged.connection, judged.table, paths)
    return [contents[path] for path in paths if path in contents]


def count_live_keys(judged: Judging, contents: list[DataFileContent]) -> dict[str, LiveKeys]:
    """Return, by path, how many rows of each file the table holds; none where its own rows cannot be read."""
    keys = key_columns(judged.table, judged.watched.key_columns)
    version = judged.watched.version_column
    try:
        return live_keys(judged.connection, judged.table, contents, keys, version, judged.ledger, judged.gone)
    except (duckdb.Error, NotImplementedError, OSError, ValueError) as error:
        # A delete file that is gone, or one that no reader knows: the other findings stand without the counts.
        judged.uncounted = str(error).partition("\n")[0] or type(error).__name__
        return {}


def deleted_since(judged: Judging, path: str, batch_id: str | None) -> dict[str, object]:
    """Return what is different of a finding whose rows main has held and deleted since; nothing where it has not."""
    text = judged.deletions.since(path, batch_id)
    if text is None:
        return {}
    return {
        "evidence": text,
        "severity_given": Severity.INFO,
        "only_by_file": True,
        "recommended_action": f"none; only if that was a mistake: {recover_command(judged, path)}",
    }


def recover_command(judged: Judging, path: str) -> str:
    """Return the command that brings a file's rows back."""
    options = ["--apply", *judged.watched.options, "--file", path]
    return f"python scripts/recover_batch.py {shlex.join(options)}"


def sweep_command(judged: Judging) -> str:
    """Return the command that moves a table's garbage away, with what it does."""
    return f"python scripts/sweep_garbage.py {shlex.join(judged.watched.options)} may move it away"
