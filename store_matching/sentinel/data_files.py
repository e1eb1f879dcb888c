"""What an orphan data file holds: its columns by field id, its rows, and how many of their keys the table holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from store_matching.errors import LakeError
from store_matching.sentinel.canonical_paths import duckdb_path, readable_path
from store_matching.sentinel.live_rows import live_rows_sql
from store_matching.sentinel.metadata_ledger import MetadataLedger
from store_matching.sentinel.sql_text import identifier, literal, literal_list

if TYPE_CHECKING:
    from pyiceberg.table import Table

PARQUET = ".parquet"


@dataclass(frozen=True)
class DataFileContent:
    """A Parquet file that no metadata names.

    columns:      name in the file by the table's name of now, found by field id, else by name
    row_count:    rows by its footer
    is_deletes:   it lists rows to delete (a position or equality delete file)
    """

    path: str
    columns: dict[str, str]
    row_count: int
    is_deletes: bool = False


@dataclass(frozen=True)
class LiveKeys:
    """How many rows of a file have their key in the table."""

    rows: int
    live: int


def read_content(connection: duckdb.DuckDBPyConnection, table: Table, path: str) -> DataFileContent:
    """Read a data file's footer. Raises ValueError, saying why, where it is no whole Parquet file."""
    contents, errors = read_contents(connection, table, [path])
    if errors:
        raise ValueError(errors[path])
    return contents[path]


def read_contents(
    connection: duckdb.DuckDBPyConnection, table: Table, paths: list[str]
) -> tuple[dict[str, DataFileContent], dict[str, str]]:
    """Return, by path, what the footers of data files tell, and of those that are no whole Parquet files why."""
    asked = [path for path in paths if path.endswith(PARQUET)]
    errors = {
        path: f"only Parquet files are read, this is {path.rsplit('.', 1)[-1]}"
        for path in paths
        if not path.endswith(PARQUET)
    }
    contents: dict[str, DataFileContent] = {}
    waiting = [asked] if asked else []
    while waiting:
        group = waiting.pop()
        try:
            contents |= _footers(connection, table, group)
        except duckdb.Error as error:
            if len(group) == 1:
                errors[group[0]] = str(error).splitlines()[0]
            else:
                # One file that cannot be read keeps the others from it.
                waiting += [group[: len(group) // 2], group[len(group) // 2 :]]
    return contents, errors


def _footers(connection: duckdb.DuckDBPyConnection, table: Table, paths: list[str]) -> dict[str, DataFileContent]:
    opened = {readable_path(path): path for path in paths}
    given = {"paths": list(map(duckdb_path, opened))}
    nodes: dict[str, list[tuple[str, int | None, int]]] = defaultdict(list)
    for file, *node in connection.execute(
        """select file_name, name, field_id, coalesce(num_children, 0) from parquet_schema($paths)
           order by file_name, column_id""",
        given,
    ).fetchall():
        nodes[file].append(tuple(node))
    columns = {file: _columns(found) for file, found in nodes.items()}
    rows = dict(connection.execute("select file_name, num_rows from parquet_file_metadata($paths)", given).fetchall())
    deletes = {
        row[0]
        for row in connection.execute(
            """select file_name from parquet_kv_metadata($paths)
               where decode(key) in ('delete-type', 'delete-field-ids')""",
            given,
        ).fetchall()
    }
    return {path: _content(table, path, columns[file], rows[file], file in deletes) for file, path in opened.items()}


def _columns(nodes: list[tuple[str, int | None, int]]) -> list[tuple[str, int | None]]:
    """Name and field id of each column of a file, of the nodes of its schema: each before its children, the root first.

    Lists and structs are columns too; what is inside of them is none.
    """
    found = []
    inside = 0
    for name, field_id, children in nodes[1:]:
        if not inside:
            found.append((name, field_id))
        else:
            inside -= 1
        inside += children
    return found


def _content(
    table: Table, path: str, found: list[tuple[str, int | None]], rows: int, is_deletes: bool
) -> DataFileContent:
    names = {name for name, _ in found}
    by_id = {field_id: name for name, field_id in found if field_id is not None}
    columns = {}
    for field in table.schema().fields:
        source = by_id.get(field.field_id) if by_id else (field.name if field.name in names else None)
        if source is not None:
            columns[field.name] = source
    return DataFileContent(path, columns, rows, is_deletes or names == {"file_path", "pos"})


def key_columns(table: Table, declared: Iterable[str]) -> list[str]:
    """Return the columns by which a row is found again: declared, else identifier fields, else all of simple types.

    Raises LakeError when a declared column does not exist: by fewer columns a lost row would look like another one.
    """
    names = [field.name for field in table.schema().fields if field.field_type.is_primitive]
    declared = list(declared)
    if lacking := [name for name in declared if name not in names]:
        raise LakeError(
            f"{'.'.join(table.name())} has no column '{lacking[0]}' of a simple type, which is declared as its key; it "
            f"has {', '.join(names)}\n  what to do: correct key_columns in seeds/watched_locations.csv"
        )
    return declared or [name for name in names if name in table.schema().identifier_field_names()] or names


def live_keys(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    contents: list[DataFileContent],
    keys: list[str],
    version: str,
    ledger: MetadataLedger,
    gone: frozenset[str] = frozenset(),
) -> dict[str, LiveKeys]:
    """Return, by path, how many rows of each file the table's current snapshot holds by their key.

    version: with it the table's row must not be older
    ledger:  up to date with the table
    gone:    data files of the table that are not there
    One reading of those files of the table that can hold a key. Columns that a file lacks count as null.
    """
    if not contents:
        return {}
    names = _compared(table, keys, version)
    _make_orphan_rows(connection, contents, names)
    if table.current_snapshot() is None:
        return {content.path: LiveKeys(content.row_count, 0) for content in contents}
    live = live_rows_sql(connection, table, names, keys, ledger, gone)
    rows = connection.execute(
        f"""with live as ({live}),
            matched as (select distinct o.file_number, o.row_number from orphan_rows as o
                        inner join live as l on {_is_live(table, keys, version)})
            select o.file_number, count(*), count(m.row_number) from orphan_rows as o
            left join matched as m using (file_number, row_number) group by o.file_number"""
    ).fetchall()
    counted = {number: LiveKeys(total, found) for number, total, found in rows}
    return {content.path: counted.get(number, LiveKeys(0, 0)) for number, content in enumerate(contents)}


def _compared(table: Table, keys: list[str], version: str) -> list[str]:
    has_version = version in {field.name for field in table.schema().fields} and version not in keys
    return [*keys, version] if has_version else list(keys)


def _is_live(table: Table, keys: list[str], version: str) -> str:
    """SQL: the row l of the table is the row o of a file, and not older."""
    equal = " and ".join(f"o.{name} is not distinct from l.{name}" for name in map(identifier, keys))
    if version not in {field.name for field in table.schema().fields}:
        return equal
    newer = identifier(version)
    return f"{equal} and (o.{newer} is null or l.{newer} is null or l.{newer} >= o.{newer})"


def _make_orphan_rows(connection: duckdb.DuckDBPyConnection, contents: list[DataFileContent], names: list[str]) -> None:
    """Make the temporary table orphan_rows: file_number (of `contents`), row_number and the columns `names`."""
    opened = [readable_path(content.path) for content in contents]
    connection.register("orphan_files", pa.table({"file_number": range(len(opened)), "filename": opened}))
    alike: dict[tuple, list[DataFileContent]] = defaultdict(list)
    for content in contents:
        alike[tuple(content.columns.get(name) for name in names)].append(content)
    parts = []
    for group in alike.values():
        listed = literal_list(duckdb_path(content.path) for content in group)
        selected = ", ".join(_column(group[0], name) for name in names)
        parts.append(
            f"select filename, file_row_number as row_number, {selected} from read_parquet({listed}, "
            "union_by_name = true, filename = true, file_row_number = true, hive_partitioning = false)"
        )
    connection.execute(
        "create or replace temp table orphan_rows as select * exclude (filename) from orphan_files "
        f"inner join ({' union all '.join(parts)}) using (filename)"
    )


def missing_rows_sql(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    content: DataFileContent,
    keys: list[str],
    version: str,
    ledger: MetadataLedger,
) -> str:
    """Return the SQL of a file's rows, in the table's columns, whose keys the table does not hold."""
    names = [field.name for field in table.schema().fields]
    selected = ", ".join(_column(content, name) for name in names)
    # Names of folders are no columns: Iceberg keeps partition values in the file too.
    source = f"select {selected} from read_parquet({literal(duckdb_path(content.path))}, hive_partitioning = false)"
    if table.current_snapshot() is None:
        return source
    compared = _compared(table, keys, version)
    _make_orphan_rows(connection, [content], compared)
    live = live_rows_sql(connection, table, compared, keys, ledger)
    is_live = _is_live(table, keys, version)
    return f"select o.* from ({source}) as o where not exists (select 1 from ({live}) as l where {is_live})"


def _column(content: DataFileContent, name: str) -> str:
    source = content.columns.get(name)
    if source is None:
        return f"null as {identifier(name)}"
    return f"{identifier(source)} as {identifier(name)}"
