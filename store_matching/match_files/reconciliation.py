"""Every row of the two files is in the outputs once: counted in the files that were written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from store_matching.landing import LoadResult
from store_matching.landing.columns import SOURCES
from store_matching.match_files.outputs import DUPLICATES_FILE, MATCHES_FILE, REJECTED_FILE

OUTPUT_COLUMNS = {
    MATCHES_FILE: ("gi_id", "th_id", "match_score", "status"),
    DUPLICATES_FILE: ("source", "id", "representative_id", "status", "partner_id"),
    REJECTED_FILE: ("source", "file", "row_number", "column", "value", "reason"),
}


class ReconciliationError(RuntimeError):
    """The outputs do not hold every input row exactly once. The message says what is missing or doubled."""


@dataclass(frozen=True)
class OutputCounts:
    """Stores of one side in the written files. matched_pairs counts rows, matched counts different stores."""

    matched: int
    matched_pairs: int
    unmatched: int
    linked_duplicates: int
    rejected: int
    marked_deleted: int

    @property
    def total(self) -> int:
        """Input rows that the outputs account for."""
        return self.matched + self.unmatched + self.linked_duplicates + self.rejected + self.marked_deleted


def reconcile(
    connection: duckdb.DuckDBPyConnection, folder: Path, loads: dict[str, LoadResult], assignment: str
) -> dict[str, OutputCounts]:
    """Count the outputs in `folder` and compare them with what was loaded; return the counts by source.

    connection: the scratch database, whose RAW tables hold the accepted rows with their ids
    Raises ReconciliationError.
    """
    for file, columns in OUTPUT_COLUMNS.items():
        _read_output(connection, folder / file, columns)
    counts = {source: _count(connection, source) for source in SOURCES}
    faults = []
    for source, side in counts.items():
        load = loads[source]
        if side.total != load.rows_read:
            faults.append(
                f"{source}: {load.rows_read} rows read, "
                f"but {side.matched} matched + {side.unmatched} unmatched + "
                f"{side.linked_duplicates} linked duplicates + {side.rejected} rejected + "
                f"{side.marked_deleted} marked as deleted = {side.total}"
            )
        if side.matched != side.matched_pairs and (source == "GI" or assignment == "1:1"):
            faults.append(f"{source}: {side.matched_pairs} matched rows hold {side.matched} different stores")
        unknown = _unknown_ids(connection, source)
        if unknown:
            faults.append(f"{source}: ids that are not in the file or come twice, such as {unknown[0]!r}")
    if faults:
        raise ReconciliationError("the outputs do not add up\n  " + "\n  ".join(faults))
    return counts


def _read_output(connection: duckdb.DuckDBPyConnection, file: Path, columns: tuple[str, ...]) -> None:
    """Make the temporary table `output_<name>` from a written CSV file, all columns as text."""
    typed = ", ".join(f"'{column}': 'varchar'" for column in columns)
    connection.execute(
        f"""create or replace temp table output_{file.stem} as
            select * from read_csv(?, header = true, auto_detect = false, delim = ',', quote = '"',
                escape = '"', columns = {{{typed}}}, max_line_size = 16777216)""",
        [str(file)],
    )


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> OutputCounts:
    column = f"{source.lower()}_id"
    row = connection.execute(
        f"""select
                count(distinct {column}) filter (where status = 'MATCHED'),
                count({column}) filter (where status = 'MATCHED'),
                count({column}) filter (where status = '{source}_ONLY')
            from output_store_matches"""
    ).fetchone()
    others = [
        connection.execute(f"select count(*) from {rows} = ?", [source]).fetchone()[0]
        for rows in ("output_linked_duplicates where source", "output_rejected_rows where source")
    ]
    deleted = connection.execute(f"select count(*) from {SOURCES[source]} where is_deleted").fetchone()[0]
    return OutputCounts(*row, *others, deleted)


def _unknown_ids(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """Ids of the outputs that RAW does not hold, or that are both a duplicate and a store of their own."""
    column = f"{source.lower()}_id"
    found = connection.execute(
        f"""with written as (
                select distinct {column} as id from output_store_matches where {column} is not null
                union all
                select id from output_linked_duplicates where source = $source
            )
            select id from written
            left join {SOURCES[source]} as landed
                on written.id = landed.store_id and landed.is_deleted is not true
            group by id having count(landed.store_id) <> 1
            order by id limit 5""",
        {"source": source},
    ).fetchall()
    return [row[0] for row in found]
