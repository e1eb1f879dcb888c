"""One file has one spelling, in SQL and in Python."""

import random

import duckdb
import pytest

from store_matching.sentinel.canonical_paths import canonical_path, canonical_sql

PIECES = ["/", "//", "/./", ".", "..", "a", "b=1%20c", "file:", "s3:", "s3a:", "s3n:", "localhost", "///", "é"]


@pytest.mark.parametrize(
    ("spelled", "path"),
    [
        ("/x/y", "/x/y"),
        ("file:/x/y", "/x/y"),
        ("file:///x/y", "/x/y"),
        ("file://localhost/x/y", "/x/y"),
        ("//x//y", "/x/y"),
        ("/x/./y", "/x/y"),
        ("s3a://b/x", "s3://b/x"),
        ("s3n://b//x", "s3://b/x"),
        ("s3://b/x%2Fy", "s3://b/x%2Fy"),
    ],
)
def test_spellings_of_one_file_are_one(spelled, path):
    assert canonical_path(spelled) == path


def test_sql_and_python_give_the_same():
    chosen = random.Random(7)
    paths = ["".join(chosen.choices(PIECES, k=chosen.randint(1, 8))) for _ in range(5_000)]
    sql = f"select list({canonical_sql('path')} order by number) from (select unnest($p) as path, unnest($n) as number)"
    (found,) = duckdb.execute(sql, {"p": paths, "n": list(range(len(paths)))}).fetchone()
    assert found == [canonical_path(path) for path in paths]
