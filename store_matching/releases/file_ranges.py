"""Which rows of a released table lie in which file, so that a change rewrites few files.

A table's rows are ordered by a clustering key and cut into ranges of about `TARGET_ROWS` rows, one file each, like
the leaves of a B-tree. A file's name says where its range starts, how many rows it holds and what their digest is,
so that the state of a table can be read from its manifests alone: there is no second record that a killed publisher
could leave behind wrong.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

TARGET_ROWS = 16_384
# A range that grew beyond this is cut again.
LARGEST_ROWS = 2 * TARGET_ROWS
# Start of the first range, and key of rows without one.
LOWEST_KEY = -(2**63)
FILE_NAME = re.compile(r"range_(-?\d+)_rows_(\d+)_([0-9a-f]{16})_[0-9a-f]{12}\.parquet$")


@dataclass(frozen=True)
class FileRange:
    """The rows of one file: those whose key is at least `start` and below the start of the next range.

    start:  smallest key of the range
    rows:   number of rows
    digest: 16 hexadecimal characters that change when a row of the range, a column, a type or a field id changes
    """

    start: int
    rows: int
    digest: str

    def file_name(self) -> str:
        """Return a new name for the file of this range."""
        return f"range_{self.start}_rows_{self.rows}_{self.digest}_{uuid.uuid4().hex[:12]}.parquet"


def range_of_file(path: str) -> FileRange | None:
    """Return the range that a file's name tells, None where another program named the file."""
    found = FILE_NAME.search(path)
    return FileRange(int(found[1]), int(found[2]), found[3]) if found else None


@dataclass(frozen=True)
class KeyGroups:
    """Rows and digests per clustering key, ordered by key.

    keys:   int64, ascending, each once
    rows:   int64, rows of the key
    sums:   uint64, sum of the row hashes modulo 2**64
    schema: text that stands for columns, types and the hash function
    files:  text that stands for how files of the table are read: its Iceberg field ids
    """

    keys: np.ndarray
    rows: np.ndarray
    sums: np.ndarray
    schema: str
    files: str = ""

    @property
    def digest(self) -> str:
        """32 hexadecimal characters that change when a row, a column or a type changes."""
        return _digest(self.schema, int(self.rows.sum()), int(self.sums.sum(dtype=np.uint64)))


def plan_ranges(groups: KeyGroups, starts: list[int]) -> list[FileRange]:
    """Cut the groups into ranges, keeping the given starts where a range is not too large.

    starts: starts of the ranges as they are now, any order; none for a table without files
    Ranges without rows are left out; a key is never cut in two.
    """
    if not len(groups.keys):
        return []
    bounds = np.unique(np.array(starts or [LOWEST_KEY], dtype=np.int64))
    # Keys below the first range join it.
    bounds[0] = LOWEST_KEY
    first_groups = [int(group) for group in np.searchsorted(groups.keys, bounds, side="left")]
    edges = [cut for first, end in pairwise([*first_groups, len(groups.keys)]) for cut in _cut(groups.rows, first, end)]
    edges = _merged(groups.rows, [*edges, len(groups.keys)])
    return [_file_range(groups, first, end) for first, end in pairwise(edges)]


def _cut(rows: np.ndarray, first: int, end: int) -> list[int]:
    """Where the pieces begin that the groups from `first` to `end` are cut into; none for no groups."""
    if first == end:
        return []
    total = int(rows[first:end].sum())
    if total <= LARGEST_ROWS:
        return [first]
    before = np.cumsum(rows[first:end]) - rows[first:end]
    share = total / max(1, round(total / TARGET_ROWS))
    pieces = (before // share).astype(np.int64)
    begins = [first + int(index) for index in np.flatnonzero(np.diff(pieces, prepend=-1))]
    if len(begins) == 1:
        return begins
    # A piece may still be too large where one key has many rows: cut until nothing changes, so that the next plan
    # over the same rows is the same.
    return [cut for begin, following in pairwise([*begins, end]) for cut in _cut(rows, begin, following)]


def _merged(rows: np.ndarray, edges: list[int]) -> list[int]:
    """The edges without those beside a range that is nearly empty, as far as the two together are not too large."""
    smallest = TARGET_ROWS // 8
    kept = [edges[0]]
    for edge, following in pairwise(edges[1:]):
        left, right = int(rows[kept[-1] : edge].sum()), int(rows[edge:following].sum())
        if min(left, right) >= smallest or left + right > LARGEST_ROWS:
            kept.append(edge)
    return [*kept, edges[-1]]


def _file_range(groups: KeyGroups, first: int, end: int) -> FileRange:
    rows = int(groups.rows[first:end].sum())
    digest = int(groups.sums[first:end].sum(dtype=np.uint64))
    return FileRange(int(groups.keys[first]), rows, _digest(f"{groups.schema}|{groups.files}", rows, digest)[:16])


def _digest(schema: str, rows: int, hash_sum: int) -> str:
    return hashlib.md5(f"{schema}|{rows}|{hash_sum}".encode()).hexdigest()
