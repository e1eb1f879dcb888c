"""Cutting a table into ranges of places: whole, stable, neither too large nor nearly empty."""

import numpy as np
import pytest

from store_matching.releases.file_ranges import (
    LARGEST_ROWS,
    TARGET_ROWS,
    FileRange,
    KeyGroups,
    plan_ranges,
    range_of_file,
)


def groups(rows: dict[int, int]) -> KeyGroups:
    """Groups of these keys and rows, with sums that differ."""
    keys = np.array(sorted(rows), dtype=np.int64)
    counts = np.array([rows[key] for key in sorted(rows)], dtype=np.int64)
    return KeyGroups(keys, counts, (keys * 7919 + counts).astype(np.uint64), "schema")


def random_rows(generator: np.random.Generator, keys: int) -> dict[int, int]:
    """Many small keys, some large ones, a few beyond the largest range."""
    chosen = generator.choice(10**6, keys, replace=False) - 1000
    sizes = generator.choice(
        [1, 3, 40, 900, TARGET_ROWS, 3 * LARGEST_ROWS], keys, p=[0.4, 0.3, 0.2, 0.08, 0.015, 0.005]
    )
    return {int(key): int(size) for key, size in zip(chosen, sizes, strict=True)}


@pytest.mark.parametrize("seed", range(20))
def test_the_next_plan_over_the_same_rows_is_the_same(seed):
    found = groups(random_rows(np.random.default_rng(seed), 3000))
    ranges = plan_ranges(found, [])
    assert plan_ranges(found, [each.start for each in ranges]) == ranges
    assert sum(each.rows for each in ranges) == found.rows.sum()


@pytest.mark.parametrize("seed", range(20))
def test_plans_stay_whole_and_stable_while_rows_come_and_go(seed):
    generator = np.random.default_rng(seed)
    rows = random_rows(generator, 2000)
    ranges = plan_ranges(groups(rows), [])
    for _ in range(5):
        for key in generator.choice(list(rows), 300, replace=False):
            rows.pop(int(key))
        rows |= random_rows(generator, 200)
        found = groups(rows)
        ranges = plan_ranges(found, [each.start for each in ranges])
        assert sum(each.rows for each in ranges) == found.rows.sum()
        assert [each.start for each in ranges] == sorted({each.start for each in ranges})
        assert plan_ranges(found, [each.start for each in ranges]) == ranges
        single_keys = {key for key, size in rows.items() if size > LARGEST_ROWS - TARGET_ROWS}
        assert all(each.rows <= LARGEST_ROWS or single_keys for each in ranges)


def test_change_of_one_key_changes_one_range():
    rows = dict.fromkeys(range(2000), 100)
    before = plan_ranges(groups(rows), [])
    after = plan_ranges(groups(rows | {1234: 101}), [each.start for each in before])
    assert len(set(after) - set(before)) == len(set(before) - set(after)) == 1


def test_range_that_doubled_is_cut_and_others_stay():
    rows = dict.fromkeys(range(1000), 100)
    before = plan_ranges(groups(rows), [])
    grown = {key: 500 if before[1].start <= key < before[2].start else 100 for key in rows}
    after = plan_ranges(groups(grown), [each.start for each in before])
    assert set(before) - set(after) == {before[1]}
    assert all(each.rows <= LARGEST_ROWS for each in after)


def test_no_rows_make_no_range():
    assert plan_ranges(groups({}), [3]) == []


@pytest.mark.parametrize("start", [-(2**63), -5, 0, 4_331_520])
def test_file_name_tells_the_range(start):
    found = FileRange(start, 17, "0123456789abcdef")
    assert range_of_file(f"s3://b/data/{found.file_name()}") == found
    assert range_of_file("s3://b/data/00000-0-abc.parquet") is None
