"""Records of a delimited file one at a time: slow, for the header and for naming the place of an error."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

DELIMITERS = (",", ";", "\t", "|")


@contextmanager
def _unlimited_field_size() -> Iterator[None]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def read_records(lines: Iterable[str], delimiter: str | None = None) -> Iterator[tuple[int, list[str], int]]:
    """Yield (record number, fields, last line number); record 0 is the header, blank lines are not records.

    Without `delimiter` the one that cuts the header into most fields is taken.
    """
    iterator = iter(lines)
    skipped: list[str] = []
    for line in iterator:
        skipped.append(line)
        if line.strip("\r\n"):
            break
    if delimiter is None and skipped:
        delimiter = max(DELIMITERS, key=skipped[-1].count)

    def all_lines() -> Iterator[str]:
        yield from skipped
        # Not `yield from`: it would close the caller's iterator together with this one.
        for line in iterator:  # noqa: UP028
            yield line

    with _unlimited_field_size():
        reader = csv.reader(all_lines(), delimiter=delimiter or ",")
        number = 0
        for fields in reader:
            if fields:
                yield number, fields, reader.line_num
                number += 1


def first_line_of(lines: Iterable[str], delimiter: str, number: int) -> int:
    """Return the line on which record `number` begins."""
    iterator = iter(lines)
    last_line = 0
    for record_number, _, line in read_records(iterator, delimiter):
        last_line = line
        if record_number == number - 1:
            break
    # The reader has taken no line beyond that record: only blank ones can lie between.
    blank_lines = 0
    for text in iterator:
        if text.strip("\r\n"):
            break
        blank_lines += 1
    return last_line + blank_lines + 1
