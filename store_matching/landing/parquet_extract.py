"""Parquet extracts: columns of any plain type become text without a change of value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as arrow_parquet

from store_matching.landing.errors import ExtractError
from store_matching.landing.extract import ROW_SCHEMA, Extract
from store_matching.landing.mapping import HeaderMapping

BATCH_ROWS = 131_072
# Whole numbers beyond it are not exact in a double: writing them without exponent would invent digits.
LARGEST_EXACT_INTEGER = 2.0**53


def open_parquet_extract(path: Path, mapping: HeaderMapping) -> Extract:
    """Open a Parquet extract and understand its columns.

    Raises ExtractError when it is not Parquet, lacks a required column, or a needed column is nested.
    """
    try:
        file = arrow_parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise ExtractError(
            f"this is not a readable Parquet file: {_first_line(error)}",
            file=path,
            action="write the file again, or give a CSV file",
        ) from error
    schema = file.schema_arrow
    extract = Extract(path, [name.strip() for name in schema.names], mapping.resolve(schema.names, path))
    for name, position in extract.columns.items():
        kind = schema.field(position).type
        if pa.types.is_nested(kind):
            raise ExtractError(
                f"column {schema.names[position]!r} (read as {name}) holds {kind}",
                file=path,
                column=schema.names[position],
                action="write one plain value (text, number, date) per row",
            )
    extract.batches = _batches(file, extract)
    return extract


def _batches(file: arrow_parquet.ParquetFile, extract: Extract) -> Iterator[pa.RecordBatch]:
    header = file.schema_arrow.names
    with file:
        try:
            for batch in file.iter_batches(
                BATCH_ROWS, columns=[header[position] for position in extract.columns.values()]
            ):
                first = extract.rows_counted + 1
                columns = [
                    _text(batch.column(header[extract.columns[name]]), name, extract, first)
                    if name in extract.columns
                    else pa.nulls(batch.num_rows, pa.string())
                    for name in ROW_SCHEMA.names[1:]
                ]
                extract.rows_counted += batch.num_rows
                numbers = pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64))
                yield pa.RecordBatch.from_arrays([numbers, *columns], schema=ROW_SCHEMA)
        except (pa.ArrowException, OSError) as error:
            raise ExtractError(
                f"the Parquet file cannot be read behind row {extract.rows_counted}: {_first_line(error)}",
                file=extract.path,
                action="the file is damaged; write it again",
            ) from error


def _text(values: pa.Array, name: str, extract: Extract, first_row: int) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _number_text(values)
    if pa.types.is_timestamp(kind):
        # Written without zone it is taken as UTC, like every time in the project.
        return pc.cast(values.cast(pa.timestamp("us", tz=kind.tz), safe=False), pa.string())
    if _is_text(kind):
        _require_utf8(values, name, extract, first_row)
    return values.cast(pa.string())


def _number_text(values: pa.Array) -> pa.Array:
    """12.0 is what a nullable column of integers becomes on its way through a data frame: it is 12 again."""
    doubles = values.cast(pa.float64(), safe=False)
    whole = pc.and_(pc.equal(doubles, pc.floor(doubles)), pc.less(pc.abs(doubles), LARGEST_EXACT_INTEGER))
    integers = pc.if_else(whole, doubles, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, integers, values.cast(pa.string()))


def _is_text(kind: pa.DataType) -> bool:
    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _require_utf8(values: pa.Array, name: str, extract: Extract, first_row: int) -> None:
    """Parquet does not check what a writer calls text; what is not UTF-8 breaks whoever reads it later."""
    try:
        values.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        for row, value in enumerate(values.cast(pa.binary()).to_pylist(), start=first_row):
            try:
                (value or b"").decode("utf-8")
            except UnicodeDecodeError:
                raise ExtractError(
                    "the text is not UTF-8",
                    file=extract.path,
                    row=row,
                    column=extract.header_of(name),
                    value=value.decode("utf-8", errors="backslashreplace"),
                    action="write the column as UTF-8 text",
                ) from None
        raise


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
