"""Delimited extracts: each record is read by the rules of RFC 4180, or refused with number and reason."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from store_matching.landing.errors import SHOWN_CHARACTERS, ExtractError
from store_matching.landing.extract import ROW_SCHEMA, Extract, RefusedRow
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.records import DELIMITERS, first_line_of, read_records
from store_matching.landing.runaway_quotes import runaway_quote
from store_matching.landing.utf8_stream import CHUNK_BYTES, Utf8Stream, text_lines

# A last record of our own. Where it does not come back as a record, a quotation mark was open at the end.
END_MARK = "\x02end of extract\x03"


def open_csv_extract(path: Path, mapping: HeaderMapping, encoding: str | None = None) -> Extract:
    """Open a CSV extract and understand its header.

    Takes comma, semicolon, tab or bar as delimiter, whichever makes most columns of the header known. A file
    with a header and no record has zero rows. Raises ExtractError when the file is empty, cannot be decoded,
    or its header lacks a required column.
    """
    stream = Utf8Stream(path, encoding)
    header, delimiter = _read_header(path, stream.head, mapping)
    extract = Extract(path, [text.strip("\ufeff \t\r\n\x00") for text in header], mapping.resolve(header, path))
    extract.warnings.extend(stream.warnings)
    stream.tail = ("\n" + END_MARK + delimiter * (len(header) - 1) + "\n").encode()
    extract.batches = _CsvRows(extract, stream, delimiter).batches()
    return extract


def _read_header(path: Path, head: str, mapping: HeaderMapping) -> tuple[list[str], str]:
    best: tuple[int, int, list[str], str] | None = None
    for delimiter in DELIMITERS:
        record = next(read_records(io.StringIO(head, newline=""), delimiter), None)
        if record is None:
            raise ExtractError(
                "the file is empty",
                file=path,
                action="write a header row; a source without stores is a header with no row below it",
            )
        score = (mapping.recognised(record[1]), len(record[1]))
        if best is None or score > best[:2]:
            best = (*score, record[1], delimiter)
    return best[2], best[3]


class _CsvRows:
    """The records of one CSV file, with their numbers."""

    def __init__(self, extract: Extract, stream: Utf8Stream, delimiter: str) -> None:
        self.extract = extract
        self.stream = stream
        self.delimiter = delimiter
        self.width = len(extract.header)
        self.ragged_numbers: list[int] = []
        self.ragged_rows = 0
        self.records_read = 0
        self.next_number = 0
        self.unclosed: ExtractError | None = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the data records; raises ExtractError where the file cannot be read on."""
        pending: pa.RecordBatch | None = None
        with self.stream:
            for batch in self._raw_batches():
                if pending is not None:
                    yield self._finished(pending)
                pending = batch
            if self.unclosed is not None:
                raise self.unclosed
            if pending is not None:
                yield self._finished(self._without_end_mark(pending))

    def _raw_batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the file's records, the header among them as record 0, all columns as text named f0, f1, …"""
        try:
            reader = arrow_csv.open_csv(
                self.stream,
                # One thread: only then does the reader say which record is ragged.
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, autogenerate_column_names=True, block_size=CHUNK_BYTES
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=self._refuse_ragged
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types={f"f{index}": pa.string() for index in range(self.width)},
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
            for batch in reader:
                self.records_read += batch.num_rows
                if batch.num_rows:
                    yield batch
        except pa.ArrowInvalid as error:
            raise self._unreadable(error) from error

    def _refuse_ragged(self, row: arrow_csv.InvalidRow) -> str:
        number = row.number - 1
        if END_MARK in row.text:
            self.unclosed = self._never_closed(number, None, row.text)
            return "skip"
        found = "1 field" if row.actual_columns == 1 else f"{row.actual_columns} fields"
        reason = f"the header has {row.expected_columns} fields, this row has {found}"
        lines = row.text.count("\n") + 1
        if lines > 1:
            reason += f"; it runs over {lines} lines: is a quotation mark not closed?"
        self.ragged_numbers.append(number)
        self.extract.refused.append(RefusedRow(number, None, row.text[:SHOWN_CHARACTERS], reason))
        self.extract.rows_counted += 1
        self.ragged_rows += 1
        return "skip"

    def _without_end_mark(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Drop our own last record; raises ExtractError when an open quotation mark has swallowed it."""
        last = batch.slice(batch.num_rows - 1).to_pylist()[0]
        if last["f0"] == END_MARK:
            return batch.slice(0, batch.num_rows - 1)
        numbers = self._numbers(batch.num_rows)
        position, text = next((i, text) for i, text in enumerate(last.values()) if END_MARK in text)
        raise self._never_closed(int(numbers[-1]), position, text)

    def _numbers(self, count: int) -> np.ndarray:
        """Return the next `count` record numbers that no ragged row has taken."""
        ragged = np.asarray(self.ragged_numbers, dtype=np.int64)
        ragged = ragged[ragged >= self.next_number]
        candidates = np.arange(self.next_number, self.next_number + count + len(ragged), dtype=np.int64)
        return candidates[~np.isin(candidates, ragged, assume_unique=True)][:count]

    def _finished(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Number the records, drop the header, refuse rows that swallowed others, keep the known columns."""
        numbers = self._numbers(batch.num_rows)
        if len(numbers):
            self.ragged_numbers = [number for number in self.ragged_numbers if number > numbers[-1]]
            self.next_number = int(numbers[-1]) + 1
        is_data = numbers > 0
        self.extract.rows_counted += int(is_data.sum())
        kept = is_data & ~self._refuse_runaway(batch, numbers)
        columns = []
        for name in ROW_SCHEMA.names[1:]:
            position = self.extract.columns.get(name)
            columns.append(pa.nulls(len(numbers), pa.string()) if position is None else batch.column(position))
        finished = pa.RecordBatch.from_arrays([pa.array(numbers), *columns], schema=ROW_SCHEMA)
        return finished if kept.all() else finished.filter(pa.array(kept))

    def _refuse_runaway(self, batch: pa.RecordBatch, numbers: np.ndarray) -> np.ndarray:
        refused = np.zeros(len(numbers), dtype=bool)
        for position in range(self.width):
            column = batch.column(position)
            if not _holds_line_break(column):
                continue
            for index in np.flatnonzero(pc.match_substring(column, "\n").to_numpy(zero_copy_only=False)):
                text = column[int(index)].as_py()
                swallowed = runaway_quote(text, position, self.width, self.delimiter)
                if swallowed and not refused[index] and numbers[index] > 0:
                    refused[index] = True
                    reason = (
                        f"the quotation mark before this value is closed {swallowed} lines below, "
                        "in the middle of another row: the rows between are swallowed"
                    )
                    name = self.extract.header[position]
                    self.extract.refused.append(RefusedRow(int(numbers[index]), name, text, reason))
        return refused

    def _unreadable(self, error: pa.ArrowInvalid) -> ExtractError:
        if self.stream.failure is not None:
            return self.stream.failure
        if "straddling" in str(error):
            number = self.records_read + self.ragged_rows
            return self._at_row(
                f"one record is longer than {CHUNK_BYTES // 2**20} MB",
                number,
                None,
                None,
                "a quotation mark is probably opened there and never closed: close it, or double it",
            )
        return ExtractError(
            f"the file cannot be read as CSV: {error}", file=self.extract.path, action="save it as plain CSV"
        )

    def _never_closed(self, number: int, position: int | None, text: str) -> ExtractError:
        return self._at_row(
            "a quotation mark is opened and never closed: the rest of the file would be one value",
            number,
            None if position is None else self.extract.header[position],
            text[:60].replace(END_MARK, ""),
            'close the quotation mark, or double it ("") where it is part of the value',
        )

    def _at_row(self, problem: str, number: int, column: str | None, value: str | None, action: str) -> ExtractError:
        lines = text_lines(self.extract.path, self.stream.encoding)
        return ExtractError(
            problem,
            file=self.extract.path,
            row=number,
            line=first_line_of(lines, self.delimiter, number),
            column=column,
            value=value,
            action=action,
        )


def _holds_line_break(column: pa.Array) -> bool:
    """Look at the bytes of all values at once: files with line breaks inside values are rare."""
    values = column.buffers()[2]
    return values is not None and b"\n" in values.to_pybytes()
