"""What the parts of a release hand to each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReleasedModel:
    """A model of the released set, built in DuckDB.

    table_name:     its name in the lake, such as 'gold.stores'
    relation:       its name in DuckDB, quoted, as dbt writes it into the models that read it
    cluster_column: whole-number column by whose ranges its rows are put into files; None = one file
    """

    table_name: str
    relation: str
    cluster_column: str | None = None


@dataclass(frozen=True)
class MartView:
    """A view of MART.

    name:     its name in the schema MART
    relation: its name in DuckDB, quoted
    sql:      its query as dbt compiled it, over the relations of released models
    """

    name: str
    relation: str
    sql: str


@dataclass(frozen=True)
class CandidateTest:
    """A data test of a MART model: `select {fail_calc} from (sql)` counts failures."""

    name: str
    sql: str
    fail_calc: str = "count(*)"


@dataclass(frozen=True)
class WrittenTable:
    """A table of a release after its files are committed.

    snapshot_id:       Iceberg snapshot, as text
    metadata_location: metadata file that knows the snapshot
    row_count:         rows of the table
    content_digest:    changes when a row, a column or a type changes, and only then
    files_written, bytes_written: what this run added; 0 where no row changed
    """

    table_name: str
    snapshot_id: str
    metadata_location: str
    row_count: int
    content_digest: str
    files_written: int = 0
    bytes_written: int = 0

    @property
    def scan(self) -> str:
        """The DuckDB table function that reads exactly this snapshot."""
        return pinned_scan(self.metadata_location, self.snapshot_id)


def pinned_scan(metadata_location: str, snapshot_id: str) -> str:
    """Return the DuckDB table function that reads one snapshot of an Iceberg table."""
    location = metadata_location.replace("'", "''")
    return f"iceberg_scan('{location}', snapshot_from_id => {int(snapshot_id)})"
