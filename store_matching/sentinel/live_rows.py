"""The rows that a table holds now, read from no more of its files than can hold a wanted key.

A lost file is small and its table large: reading the table whole to look for a few keys costs its size. The ledger
keeps the bounds of one key column of each data file, so that only files that overlap are opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from store_matching.lake.extensions import load_extensions
from store_matching.sentinel.canonical_paths import canonical_path, duckdb_path, readable_path
from store_matching.sentinel.metadata_ledger import MetadataLedger
from store_matching.sentinel.sql_text import identifier, literal, literal_list

if TYPE_CHECKING:
    from pyiceberg.table import Table

# Iceberg types whose bounds are compared, best first: a batch's time separates files better than a name.
TEMPORAL = ("timestamp", "timestamptz", "date")
WHOLE = ("long", "int")
TEXT = ("string",)


def pruning_column(table: Table, keys: list[str]) -> tuple[str, int] | None:
    """Return name and field id of the key column whose bounds say best which files can hold a key."""
    fields = {field.name: field for field in table.schema().fields}
    for kinds in (TEMPORAL, WHOLE, TEXT):
        for name in keys:
            if str(fields[name].field_type) in kinds:
                return name, fields[name].field_id
    return None


def live_rows_sql(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    names: list[str],
    keys: list[str],
    ledger: MetadataLedger,
    gone: frozenset[str] = frozenset(),
) -> str:
    """Return the SQL of the columns `names` of the rows of main that can have a key of the temporary table orphan_rows.

    gone: canonical paths of data files that are not there
    DuckDB reads the files by field id. Where rows are deleted by delete files Iceberg's reader of DuckDB does it, or
    PyIceberg where that cannot.
    """
    current = table.current_snapshot()
    current_list = literal(canonical_path(current.manifest_list))
    # A view: of a large table only the few files are kept that can hold a key.
    connection.execute(
        f"""create or replace temp view main_files as
            with {ledger.tables_sql()}
            select path, content, bound_field, low, high from files
            semi join (select manifest_path from lists where list_path = {current_list}) using (manifest_path)
            where status <> 2"""
    )
    (is_plain,) = connection.execute(
        "select coalesce(bool_and(coalesce(content, 0) = 0 and path like '%.parquet'), true) from main_files"
    ).fetchone()
    column = pruning_column(table, keys)
    if (
        column is not None
        and connection.execute(f"select 1 from orphan_rows where {identifier(column[0])} is null").fetchone()
    ):
        column = None
    if not is_plain:
        return _by_iceberg_reader(connection, table, names, column)
    paths = sorted(set(_candidates(connection, table, column)) - gone)
    return files_sql(connection, table, paths, names)


def _candidates(connection: duckdb.DuckDBPyConnection, table: Table, column: tuple[str, int] | None) -> list[str]:
    if column is None:
        return [row[0] for row in connection.execute("select path from main_files").fetchall()]
    name, field_id = column
    kind = str(table.schema().find_field(field_id).field_type)
    value, bound = _comparable(kind, name)
    rows = connection.execute(
        f"""with ranges as (
                select {value.format("min")} as least, {value.format("max")} as greatest
                from orphan_rows group by file_number
            ),
            marked as (
                select *, coalesce(least > max(greatest) over (
                    order by least, greatest rows between unbounded preceding and 1 preceding
                ), false) as begins_anew from ranges
            ),
            numbered as (
                select *, count_if(begins_anew) over (order by least, greatest rows unbounded preceding) as island
                from marked
            ),
            spans as (select min(least) as least, max(greatest) as greatest from numbered group by island),
            bounds as (
                select path, low, {bound.format(c="high")} as high from main_files
                where bound_field = {field_id} and low is not null and high is not null
            )
            -- Spans do not overlap: the last that begins at or before a file's greatest value decides. Lost batches are
            -- mostly young, so that the least value is decoded of few files.
            select path from bounds asof join spans on bounds.high >= spans.least
            where {bound.format(c="low")} <= greatest
            union all
            select path from main_files where bound_field is distinct from {field_id} or low is null or high is null"""
    ).fetchall()
    return [row[0] for row in rows]


def _comparable(kind: str, name: str) -> tuple[str, str]:
    """SQL of a key's least or greatest value and of a bound, both of one type that compares as Iceberg's does."""
    quoted = identifier(name)
    if kind in TEXT:
        return f"encode({{}}({quoted}))", "{c}"
    value = {
        "date": f"date_diff('day', date '1970-01-01', {{}}({quoted}))",
        "timestamp": f"epoch_us({{}}({quoted}))",
        "timestamptz": f"epoch_us({{}}({quoted}))",
    }.get(kind, f"cast({{}}({quoted}) as bigint)")
    # Bounds are little-endian integers of four or eight bytes; a column that became long keeps its old, short ones.
    digits = " || ".join(f"substr(hex({{c}}), {at}, 2)" for at in range(15, 0, -2))
    whole = f"cast(('0x' || {digits}) as ubigint)"
    signed = (
        f"case when octet_length({{c}}) = 4 then case when {whole} >= 2147483648 "
        f"then cast({whole} as hugeint) - 4294967296 else {whole} end "
        f"when {whole} >= 9223372036854775808 then cast({whole} as hugeint) - 18446744073709551616 else {whole} end"
    )
    return value, f"cast({signed} as bigint)"


def files_sql(connection: duckdb.DuckDBPyConnection, table: Table, paths: list[str], names: list[str]) -> str:
    """Return the SQL of columns of Parquet files as the table names them now: found by field id, else by name."""
    if not paths:
        empty = ", ".join(
            f"cast(null as {kind}) as {identifier(name)}" for name, kind in duckdb_types(table, names).items()
        )
        return f"select {empty} where false"
    opened = [readable_path(path) for path in paths]
    with_ids = {
        row[0]
        for row in connection.execute(
            "select distinct file_name from parquet_schema($paths) where field_id is not null",
            {"paths": list(map(duckdb_path, opened))},
        ).fetchall()
    }
    parts = []
    if by_id := [path for path in opened if path in with_ids]:
        parts.append(_by_field_id(table, by_id, names))
    if by_name := [path for path in opened if path not in with_ids]:
        parts.append(_by_name(connection, table, by_name, names))
    return " union all ".join(parts)


def _by_field_id(table: Table, opened: list[str], names: list[str]) -> str:
    ids = {field.name: field.field_id for field in table.schema().fields}
    types = duckdb_types(table, names)
    entries = ", ".join(
        f"{ids[name]}: {{name: {literal(name)}, type: '{types[name]}', default_value: NULL}}" for name in names
    )
    selected = ", ".join(map(identifier, names))
    source = (
        f"read_parquet({literal_list(map(duckdb_path, opened))}, schema = MAP {{{entries}}}, hive_partitioning = false)"
    )
    return f"select {selected} from {source}"


def _by_name(connection: duckdb.DuckDBPyConnection, table: Table, opened: list[str], names: list[str]) -> str:
    source = f"read_parquet({literal_list(map(duckdb_path, opened))}, union_by_name = true, hive_partitioning = false)"
    there = {row[0] for row in connection.execute(f"describe select * from {source}").fetchall()}
    types = duckdb_types(table, names)
    selected = ", ".join(
        f"cast({identifier(name) if name in there else 'null'} as {types[name]}) as {identifier(name)}"
        for name in names
    )
    return f"select {selected} from {source}"


def duckdb_types(table: Table, names: list[str]) -> dict[str, str]:
    """Return DuckDB's type of columns of a table."""
    from pyiceberg.io.pyarrow import schema_to_pyarrow

    empty = schema_to_pyarrow(table.schema().select(*names), include_field_ids=False).empty_table()
    with duckdb.connect() as connection:
        connection.register("empty", empty)
        return {row[0]: row[1] for row in connection.execute("describe select * from empty").fetchall()}


def _by_iceberg_reader(
    connection: duckdb.DuckDBPyConnection, table: Table, names: list[str], column: tuple[str, int] | None
) -> str:
    load_extensions(connection)
    selected = ", ".join(map(identifier, names))
    location = literal(canonical_path(table.metadata_location))
    snapshot_id = table.current_snapshot().snapshot_id
    sql = f"select {selected} from iceberg_scan({location}, snapshot_from_id => {snapshot_id})"
    if column is not None:
        quoted = identifier(column[0])
        least, greatest = connection.execute(f"select min({quoted}), max({quoted}) from orphan_rows").fetchone()
        if least is not None:
            sql += f" where {quoted} between {literal(str(least))} and {literal(str(greatest))}"
    try:
        connection.execute(f"describe {sql}")
        return sql
    except duckdb.Error:
        rows = table.scan(selected_fields=tuple(names)).to_arrow()
        connection.register("live_rows_by_pyiceberg", rows)
        return f"select {selected} from live_rows_by_pyiceberg"
