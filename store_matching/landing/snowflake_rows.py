"""Rows of a batch on their way to Snowflake's RAW and back: Parquet files on a stage, and the current rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as arrow_parquet

from store_matching.landing.batch import Batch
from store_matching.landing.full_extract import current_rows_sql
from store_matching.landing.lake_tables import landing_columns
from store_matching.landing.landing_rows import STORE_COLUMNS
from store_matching.landing.load_result import RowAccountingError
from store_matching.operations.snowflake_session import SnowflakeSession

ARROW_TYPES = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.int64()}


def put_rows(session: SnowflakeSession, stage: str, tables: Mapping[str, pa.Table]) -> None:
    """Upload the rows of landing tables to a stage of this session, which is made; tables without rows are not.

    stage: name without @; Snowflake drops it with the session
    Raises StatementError.
    """
    session.run(f"create temporary stage if not exists {stage}")
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in tables.items():
            if not rows.num_rows:
                continue
            file = Path(folder) / f"{name}.parquet"
            # Of refused rows, the lake keeps the attempt that refused them; here an attempt that fails leaves none.
            kept = [column for column in rows.column_names if column in landing_columns()[name]]
            arrow_parquet.write_table(rows.select(kept), file)
            quoted = file.as_posix().replace("\\", "\\\\").replace("'", "\\'")
            session.run(f"put 'file://{quoted}' @{stage} auto_compress = false overwrite = true")


def copy_rows(session: SnowflakeSession, stage: str, tables: Mapping[str, pa.Table]) -> None:
    """Append to the landing tables what `put_rows` has put on the stage.

    Raises StatementError, RowAccountingError when another number of rows has come in.
    """
    for name, rows in tables.items():
        if not rows.num_rows:
            continue
        # Without logical types a time would come in as a number; forced, because a try that was taken back may be
        # remembered as a load of the file. No text means null: where nothing is said, the text \N would.
        done = session.run(
            f"""copy into RAW.{name} from @{stage}/{name}.parquet
                file_format = (type = parquet use_logical_type = true null_if = ())
                match_by_column_name = case_insensitive force = true"""
        )
        loaded = sum(int(row.get("rows_loaded") or 0) for row in done)
        if loaded != rows.num_rows:
            raise RowAccountingError(f"RAW.{name}: {rows.num_rows} rows were put on the stage, {loaded} came in")


def fetch_current_rows(
    session: SnowflakeSession, connection: duckdb.DuckDBPyConnection, table: str, batch: Batch
) -> None:
    """Make the temporary table `current_rows`, of a landing table as of the batch's window.

    Every store of the source is fetched. Raises StatementError.
    """
    types = {name: landing_columns()[table][name] for name in (*STORE_COLUMNS, "batch_window_start")}
    types["is_gone"] = "BOOLEAN"
    # As numbers times come as they are, whatever the session's zone and format.
    selected = [
        f"date_part(epoch_microsecond, {name}) as {name}" if kind == "TIMESTAMP" else name
        for name, kind in types.items()
    ]
    schema = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in types.items()])
    definitions = ", ".join(f"{name} {kind}" for name, kind in types.items())
    connection.execute(f"create or replace temp table current_rows ({definitions})")
    made = ", ".join(f"make_timestamp({name})" if kind == "TIMESTAMP" else name for name, kind in types.items())
    parts = session.run_in_parts(
        f"select {', '.join(selected)} from ({current_rows_sql(f'RAW.{table}', '%s::timestamp_ntz')}) as stores",
        [batch.window_start.isoformat(sep=" ")],
    )
    for rows in parts:
        connection.register("fetched_rows", pa.Table.from_pylist(rows, schema=schema))
        connection.execute(f"insert into current_rows select {made} from fetched_rows")
        connection.unregister("fetched_rows")
