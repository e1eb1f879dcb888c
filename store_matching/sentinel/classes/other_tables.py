"""Files that are none of this table's data: of other tables, and metadata of commits that never took place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from store_matching.sentinel.batch_evidence import MetadataEvidence, batch_of_summary
from store_matching.sentinel.canonical_paths import folder_of
from store_matching.sentinel.classes.judging import Judging
from store_matching.sentinel.history import foreign_files
from store_matching.sentinel.logical_files import metadata_files
from store_matching.sentinel.metadata_ledger import snapshots_of
from store_matching.sentinel.types import Batch, Finding, FindingClass

if TYPE_CHECKING:
    from store_matching.sentinel.scan import StrayFile


def files_of_other_tables(
    judged: Judging, strays: list[StrayFile], evidence: MetadataEvidence
) -> dict[str, Finding | None]:
    """Files of other tables: of tables of the catalog, and of those whose metadata lies here.

    A file that nobody names belongs to the table in whose folder it lies, also where that lies inside this one's.
    None for a file that lies in the folder of its own table: that is for its scan to judge.
    """
    from store_matching.sentinel.logical_files import make_logical_files
    from store_matching.sentinel.scan import named_locations, scratch_ledger

    paths = {stray.path: stray for stray in strays}
    found: dict[str, Finding | None] = {}
    here = folder_of(judged.watched.folder or judged.table.location())
    nested: dict[str, Finding | None] = {}
    for other in judged.catalogs.neighbours(judged.watched):
        its = folder_of(other.location())
        folder, ledger = scratch_ledger(judged.connection)
        with folder:
            ledger.learn(snapshots_of(other.metadata), metadata_files(other))
            named = {
                row[0]
                for row in ledger.rows(
                    """select path from files union select manifest_path from lists
                       union select list_path from lists union select path from extras"""
                )
            }
        name = ".".join(other.name())
        for path in named & paths.keys():
            is_home = its.startswith(here) and path.startswith(its)
            found[path] = None if is_home else foreign(judged, paths[path], f"it belongs to the table {name}")
        nested |= dict.fromkeys(_inside_of(judged, named_locations(None, other), paths))
    make_logical_files(judged.connection, judged.ledger, judged.table)
    strangers = {path: uuid for path, uuid in evidence.tables.items() if path not in found}
    if strangers:
        folder, ledger = scratch_ledger(judged.connection)
        with folder:
            named = foreign_files(ledger, [evidence.documents[path] for path in strangers])
        uuids = ", ".join(sorted(set(strangers.values())))
        for path in (named | strangers.keys()) & paths.keys():
            found.setdefault(path, foreign(judged, paths[path], f"it belongs to another table, uuid {uuids}"))
    for document in {evidence.tables[path]: evidence.documents[path] for path in strangers}.values():
        text = f"it lies in the folder of another table, uuid {document['table-uuid']}"
        for path in _inside_of(judged, [document.get("location", "")], paths):
            nested.setdefault(path, foreign(judged, paths[path], text))
    return nested | found


def _inside_of(judged: Judging, locations: list[str], paths: Iterable[str]) -> list[str]:
    """Those of the paths in locations of another table that lie inside one of this table's."""
    from store_matching.sentinel.scan import named_locations

    mine = [folder_of(location) for location in named_locations(judged.watched, judged.table)]
    found = []
    for folder in {folder_of(location) for location in locations if location}:
        if not any(folder.startswith(root) and folder != root for root in mine):
            continue
        (is_shared,) = judged.connection.execute(
            "select count(*) > 0 from live_files where kind = 'data' and starts_with(path, $folder)", {"folder": folder}
        ).fetchone()
        if is_shared:
            # Data of this table lies there too: by its folder nobody can tell whose a file is.
            continue
        # What this table declares as its own inside of that folder stays its own.
        own = tuple(root for root in mine if root.startswith(folder))
        found += [path for path in paths if path.startswith(folder) and not (own and path.startswith(own))]
    return found


def foreign(judged: Judging, stray: StrayFile, evidence: str) -> Finding:
    """Return the finding of a file that is none of this table's."""
    return judged.of_file(
        stray,
        FindingClass.FOREIGN,
        evidence,
        recommended_action="none here; ask its owner to move it to a location of its own",
        confirmed_at=judged.at,
    )


def rejected(judged: Judging, stray: StrayFile, kind: str, evidence: MetadataEvidence) -> Finding:
    """Return the finding of a metadata file of a commit that never took place."""
    summary = evidence.summary_of(stray.path)
    batch = batch_of_summary(summary, "its own summary of the refused commit") if summary else Batch()
    text = f"a {kind} file of a commit that never took place"
    if stray.path in evidence.unreadable:
        text += f"; it cannot be read ({evidence.unreadable[stray.path]})"
    return judged.of_file(
        stray,
        FindingClass.REJECTED_METADATA,
        text,
        batch=batch,
        recommended_action="none: it tells which batch was refused; it is kept as evidence",
        confirmed_at=judged.at,
    )
