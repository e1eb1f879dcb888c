"""The rows that one checked extract lands, as Arrow tables with the columns of the landing tables."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pyarrow as pa

from store_matching.landing.batch import Batch
from store_matching.landing.columns import EXTRACT_COLUMNS

STORE_COLUMNS = tuple(column.raw_column for column in EXTRACT_COLUMNS)
# The landing table's rows in `checked_rows`.
CHECKED_COLUMNS = ", ".join(f"{column.name} as {column.raw_column}" for column in EXTRACT_COLUMNS)


def stores_rows(connection: duckdb.DuckDBPyConnection, batch: Batch, loaded_at: datetime, rows: str) -> pa.Table:
    """Return the rows of a relation that has STORE_COLUMNS, stamped with the batch."""
    return connection.execute(
        f"""select {", ".join(STORE_COLUMNS)},
                $batch as batch_id, $window::timestamp as batch_window_start, $now::timestamp as loaded_at
            from ({rows}) order by store_id""",
        {"batch": batch.batch_id, "window": batch.window_start, "now": loaded_at},
    ).to_arrow_table()


def accepted_rows(connection: duckdb.DuckDBPyConnection, batch: Batch, loaded_at: datetime) -> pa.Table:
    """Return the accepted rows of the extract that `checked_extract` holds: a delta as it came."""
    return stores_rows(connection, batch, loaded_at, f"select {CHECKED_COLUMNS} from checked_rows")


def side_rows(connection: duckdb.DuckDBPyConnection, table: str, values: dict[str, object]) -> pa.Table:
    """Return the rows of `rejected_rows` or `ignored_values`.

    values: source, batch, file, now and load of the attempt to load
    """
    rows, extra = ("refused_rows", "") if table == "rejected_rows" else ("ignored_values", "action, ")
    return connection.execute(
        f"""select $source as source_system, $batch as batch_id, $file as source_file, record_number as row_number,
                column_name, value, reason, {extra}$now::timestamp as loaded_at, $load as load_id
            from temp.{rows} order by record_number""",
        values,
    ).to_arrow_table()
