"""One pass over one Snowflake-managed table from inside Snowflake: list, read metadata, compare, look again, judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from store_matching.errors import LakeError
from store_matching.sentinel.canonical_paths import canonical_path, folder_of
from store_matching.sentinel.sanity import check_sanity
from store_matching.sentinel.snowflake_table import Execute, list_stage, metadata_location
from store_matching.sentinel.snowpark.judge import ListedFile, judge_gone, judge_stray
from store_matching.sentinel.snowpark.named_files import MetadataReader
from store_matching.sentinel.snowpark.stage import Stage
from store_matching.sentinel.types import Finding, FindingClass
from store_matching.sentinel.watched import WatchedTable


def scan_stage(
    watched: WatchedTable, execute: Execute, read_file: Callable[[str], bytes], at: datetime, procedure: str = ""
) -> list[Finding]:
    """Return what is not as it should be.

    at:        the time, UTC without zone
    procedure: of the owner's, which says where the metadata of its tables lies

    Raises LakeError when stage or metadata cannot be read, or disagree too much to be believed.
    """
    stage = Stage(execute, read_file, watched.location)
    reader = MetadataReader(stage.read)
    # Listed first, read after: a file that is committed meanwhile is named, not lost.
    listed = _listed(execute, watched.location)
    named = reader.named_files(metadata_location(execute, watched.table_name, procedure))
    folder = folder_of(named.location)
    strays = [file for path, file in listed.items() if path.startswith(folder) and path not in named.live]
    gone = {path for path in named.live - listed.keys() if stage.holds(path)}
    if strays or gone:
        named = reader.named_files(metadata_location(execute, watched.table_name, procedure))
        strays = [file for file in strays if file.path not in named.live]
        gone = (gone & named.live) - _listed(execute, watched.location).keys() if gone else gone
    ever = _ever_named(reader, [path for path in listed if path.startswith(folder)]) if strays else set()
    findings = [judge_stray(watched, file, file.path in ever, at) for file in strays]
    unknown = sum(f.finding_class not in (FindingClass.IN_FLIGHT, FindingClass.EXPIRED_LEFTOVER) for f in findings)
    check_sanity(watched.table_name, unknown, len(listed))
    findings += [judge_gone(watched, path, at) for path in sorted(gone)]
    return [finding.with_(table_uuid=named.table_uuid) for finding in findings]


def _listed(execute: Execute, stage: str) -> dict[str, ListedFile]:
    files = {}
    for row in list_stage(execute, stage).to_pylist():
        moment = datetime.fromtimestamp(row["modified_ns"] / 1e9, UTC).replace(tzinfo=None)
        path = canonical_path(row["path"])
        files[path] = ListedFile(path, row["size_bytes"], moment)
    return files


def _ever_named(reader: MetadataReader, paths: list[str]) -> set[str]:
    """What any metadata file names that still lies there; those whose lists are gone already tell nothing."""
    found: set[str] = set()
    for path in paths:
        if path.endswith(".metadata.json"):
            try:
                found |= reader.named_files(path).live
            except LakeError:
                continue
    return found
