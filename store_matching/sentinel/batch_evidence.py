"""Which batch a file belongs to, and how that is known; the best source first:

1. the snapshot summary in a metadata file of a commit that was refused
2. least and greatest value of its batch and window columns, by the Parquet footer
3. names in its path, such as `batch_id=…`
4. a manifest that no snapshot names
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

import duckdb

from store_matching.landing.landed_batches import STAMP_PREFIX
from store_matching.sentinel.canonical_paths import canonical_sql, duckdb_path, readable_path
from store_matching.sentinel.data_files import DataFileContent
from store_matching.sentinel.history import read_document
from store_matching.sentinel.list_files import Storage
from store_matching.sentinel.metadata_ledger import MetadataLedger
from store_matching.sentinel.types import Batch

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
IN_PATH = re.compile(r"/(?:batch_id|batch|window|batch_window_start|batch_window)=([^/]+)")
BATCH_COLUMN = "batch_id"
WINDOW_COLUMN = "batch_window_start"
Bounds = dict[tuple[str, str], tuple[str | None, str | None]]


@dataclass
class MetadataEvidence:
    """What metadata that no snapshot names tells of files.

    refused:     snapshot summaries of refused commits by the commit's uuid and by batch id
    manifest_of: path of such a manifest by each data file it lists
    deletes:     data files that such a manifest lists as delete files
    tables:      uuid of the table by metadata file of another table
    documents:   content of those metadata files
    unreadable:  what went wrong by file that could not be read
    """

    refused: dict[str, dict[str, str]] = field(default_factory=dict)
    manifest_of: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    documents: dict[str, dict] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    _by_metadata_file: dict[str, dict[str, str]] = field(default_factory=dict)

    def summary_of(self, metadata_file: str) -> dict[str, str] | None:
        """Return the summary of the refused commit that wrote a metadata file."""
        if not self._by_metadata_file:
            self._by_metadata_file = {summary["metadata-file"]: summary for summary in self.refused.values()}
        return self._by_metadata_file.get(metadata_file)


def read_metadata_evidence(
    connection: duckdb.DuckDBPyConnection, storage: Storage, paths: list[str], ledger: MetadataLedger, table_uuid: str
) -> MetadataEvidence:
    """Read metadata files, manifest lists and manifests that no snapshot names; summaries of snapshots that the ledger
    does not know as committed are those of refused commits.

    table_uuid: of the table that is judged; the ledger keeps what its own refused metadata files told
    """
    evidence = MetadataEvidence()
    metadata = [path for path in paths if ".metadata.json" in path]
    _read_refused(evidence, storage, metadata, ledger, table_uuid)
    for path in paths:
        if path.endswith(".avro"):
            _read_manifest(evidence, connection, path)
    return evidence


def _read_refused(
    evidence: MetadataEvidence, storage: Storage, paths: list[str], ledger: MetadataLedger, table_uuid: str
) -> None:
    if not paths:
        return
    known = {row[0] for row in ledger.rows("select snapshot_id from snapshots")}
    # Every writer that is refused leaves a metadata file as large as the current one: each is read once.
    read = {row[0] for row in ledger.rows("select path from refused")}
    kept = []
    for path in paths:
        if path in read:
            continue
        try:
            document = read_document(storage, path)
            if document["table-uuid"] != table_uuid:
                evidence.tables[path] = document["table-uuid"]
                evidence.documents[path] = document
                continue
            snapshots = [
                (path, found["snapshot-id"], found.get("manifest-list"), json.dumps(found.get("summary", {})))
                for found in document.get("snapshots", [])
                if found["snapshot-id"] not in known
            ]
        except (OSError, ValueError, KeyError, TypeError) as error:
            evidence.unreadable[path] = f"{type(error).__name__}: {error}"
            continue
        kept += [(path, None, None, None), *snapshots]
    if kept:
        ledger.keep_refused(kept)
    wanted = set(paths)
    rows = ledger.rows(
        """select path, snapshot_id, list_path, summary from refused
           where snapshot_id not in (select snapshot_id from snapshots) order by path"""
    )
    for path, snapshot_id, list_path, text in rows:
        if path not in wanted:
            continue
        summary = json.loads(text) | {"snapshot-id": str(snapshot_id), "metadata-file": path}
        for commit in UUID.findall((list_path or "").rsplit("/", 1)[-1]):
            evidence.refused[commit] = summary
        if batch_id := summary.get(STAMP_PREFIX + "batch-id"):
            evidence.refused[batch_id] = summary


def _read_manifest(evidence: MetadataEvidence, connection: duckdb.DuckDBPyConnection, path: str) -> None:
    opened = duckdb_path(path)
    try:
        columns = {
            row[0] for row in connection.execute("describe select * from read_avro($p)", {"p": opened}).fetchall()
        }
        if "data_file" not in columns:
            return
        rows = connection.execute(
            f"select {canonical_sql('data_file.file_path')} from read_avro($p) where status = 1", {"p": opened}
        ).fetchall()
    except duckdb.Error as error:
        evidence.unreadable[path] = str(error).splitlines()[0]
        return
    for (file,) in rows:
        evidence.manifest_of[file] = path


def batch_of_file(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    content: DataFileContent | None,
    evidence: MetadataEvidence,
    bounds: Bounds,
) -> Batch:
    """Return the batch of a data file, from the best source there is. bounds: of `batch_bounds`."""
    by_footer = _by_footer(connection, content, bounds) if content is not None else Batch()
    for name in (*UUID.findall(path.rsplit("/", 1)[-1]), by_footer.batch_id):
        if name is not None and (summary := evidence.refused.get(name)):
            stamped = batch_of_summary(summary, f"summary of a refused commit in {summary['metadata-file']}")
            if stamped.batch_id is not None:
                return stamped
    if by_footer.batch_id is not None or by_footer.window_start is not None:
        return by_footer
    by_path = _by_path(path)
    if by_path.evidence is not None:
        return by_path
    if manifest := evidence.manifest_of.get(path):
        return Batch(None, None, f"listed by the manifest {manifest}, which no snapshot names")
    return Batch()


def batch_of_summary(summary: dict[str, str], source: str) -> Batch:
    """Return the batch that a snapshot summary tells of."""
    stamps = {n.removeprefix(STAMP_PREFIX): v for n, v in summary.items() if n.startswith(STAMP_PREFIX)}
    return Batch(stamps.get("batch-id"), _moment(stamps.get("window-start")), source, stamps)


def _by_path(path: str) -> Batch:
    batch_id, window = None, None
    for match in IN_PATH.finditer(path):
        value = unquote(match.group(1))
        if (moment := _moment(value)) is not None:
            window = moment
        else:
            batch_id = value
    found = batch_id is not None or window is not None
    return Batch(batch_id, window, "names in its path" if found else None)


def batch_bounds(connection: duckdb.DuckDBPyConnection, contents: Iterable[DataFileContent]) -> Bounds:
    """Return least and greatest value of the batch columns of each file as its footer says, by path and column."""
    sources = {
        (readable_path(content.path), content.columns[column]): (content.path, column)
        for content in contents
        for column in (BATCH_COLUMN, WINDOW_COLUMN)
        if column in content.columns
    }
    if not sources:
        return {}
    rows = connection.execute(
        """select file_name, path_in_schema, min(coalesce(stats_min_value, stats_min)),
               max(coalesce(stats_max_value, stats_max))
           from parquet_metadata($paths) where path_in_schema in (select unnest($columns::varchar[]))
           group by file_name, path_in_schema""",
        {
            "paths": sorted({duckdb_path(path) for path, _ in sources}),
            "columns": sorted({column for _, column in sources}),
        },
    ).fetchall()
    return {sources[file, source]: (low, high) for file, source, low, high in rows if (file, source) in sources}


def _by_footer(connection: duckdb.DuckDBPyConnection, content: DataFileContent, bounds: Bounds) -> Batch:
    found = {}
    for column in (BATCH_COLUMN, WINDOW_COLUMN):
        source = content.columns.get(column)
        if source is None:
            continue
        low, high = bounds.get((content.path, column), (None, None))
        if low is None or low != high:
            quoted = source.replace('"', '""')
            # The footer says nothing, or cuts long texts: the values do.
            with contextlib.suppress(duckdb.Error):
                low, high = connection.execute(
                    f'select cast(min("{quoted}") as varchar), cast(max("{quoted}") as varchar) '
                    "from read_parquet($path, hive_partitioning = false)",
                    {"path": duckdb_path(content.path)},
                ).fetchone()
        if low is not None and low == high:
            found[column] = low
    window = _moment(found.get(WINDOW_COLUMN))
    if not found:
        return Batch()
    return Batch(found.get(BATCH_COLUMN), window, "least and greatest value of its batch columns")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return None
