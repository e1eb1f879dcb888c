"""Similarity and distance macros against plain Python on random inputs."""

import math
import random

import pytest

PAIRS = 400
PAIR_MODEL = """
{{ config(materialized='table') }}
select
    *,
    {{ edit_similarity('a', 'b') }} as edit_percent,
    {{ text_similarity('a', 'b', 4) }} as text_percent,
    {{ contains_other('a', 'b', 4) }} as is_contained,
    {{ starts_with_other('a', 'b', 3) }} as is_start
from {{ ref('text_pairs') }}
"""
DISTANCE_MODEL = """
{{ config(materialized='table') }}
select *, {{ distance_metres('lat_1', 'lon_1', 'lat_2', 'lon_2') }} as distance_metres
from {{ ref('point_pairs') }}
"""


def edit_distance(left: str, right: str) -> int:
    previous = list(range(len(right) + 1))
    for i, left_character in enumerate(left, start=1):
        current = [i]
        for j, right_character in enumerate(right, start=1):
            substitution = previous[j - 1] + (left_character != right_character)
            current.append(min(previous[j] + 1, current[j - 1] + 1, substitution))
        previous = current
    return previous[-1]


def edit_similarity(left: str, right: str) -> int:
    longer = max(len(left), len(right))
    return 100 * (longer - edit_distance(left, right)) // longer


def contains_other(left: str, right: str) -> bool:
    return min(len(left), len(right)) >= 4 and (left in right or right in left)


def text_similarity(left: str, right: str) -> int:
    if left == right:
        return 100
    if contains_other(left, right):
        return 90
    return edit_similarity(left, right) if left[0] == right[0] else 0


def great_circle(lat_1: int, lon_1: int, lat_2: int, lon_2: int) -> float:
    """Distance in metres by another formula than haversine (Vincenty's on a sphere)."""
    phi_1, phi_2 = math.radians(lat_1 / 1e6), math.radians(lat_2 / 1e6)
    step = math.radians((lon_2 - lon_1) / 1e6)
    across = math.hypot(
        math.cos(phi_2) * math.sin(step),
        math.cos(phi_1) * math.sin(phi_2) - math.sin(phi_1) * math.cos(phi_2) * math.cos(step),
    )
    along = math.sin(phi_1) * math.sin(phi_2) + math.cos(phi_1) * math.cos(phi_2) * math.cos(step)
    return 6_371_000 * math.atan2(across, along)


def random_text_pairs() -> list[tuple[str, str]]:
    source = random.Random(7)
    pairs = []
    for _ in range(PAIRS):
        left = "".join(source.choices("abcdeXY", k=source.randint(1, 14)))
        right = list(left)
        for _ in range(source.randint(0, 4)):
            where = source.randrange(len(right) + 1)
            right[where : where + source.randint(0, 1)] = source.choice(["", "a", "bc", "Z"])
        pairs.append((left, "".join(right) or "q"))
    return [*pairs, *(("".join(source.choices("abc", k=8)), "".join(source.choices("abc", k=6))) for _ in range(50))]


def random_point_pairs() -> list[tuple[int, int, int, int]]:
    source = random.Random(7)
    pairs = []
    for reach in [50, 5_000, 500_000, 20_000_000] * 100:
        lat, lon = source.randint(-80_000_000, 80_000_000), source.randint(-170_000_000, 170_000_000)
        step = source.randint(-reach, reach)
        other = max(-90_000_000, min(90_000_000, lat + source.randint(-reach, reach)))
        pairs.append((lat, lon, other, lon + step))
    return pairs


@pytest.fixture(scope="module")
def project(make_dbt_project):
    project = make_dbt_project(copy=("macros",))
    texts = "\n".join(",".join(pair) for pair in random_text_pairs())
    points = "\n".join(",".join(map(str, pair)) for pair in random_point_pairs())
    project.write("seeds/text_pairs.csv", f"a,b\n{texts}\n")
    project.write("seeds/point_pairs.csv", f"lat_1,lon_1,lat_2,lon_2\n{points}\n")
    project.write("models/text_measures.sql", PAIR_MODEL)
    project.write("models/distances.sql", DISTANCE_MODEL)
    assert {outcome.status for outcome in project.build().values()} == {"success"}
    return project


def test_texts_compare_as_in_python(project):
    rows = project.query("select a, b, edit_percent, text_percent, is_contained, is_start from text_measures")
    assert len(rows) == len(random_text_pairs())
    for left, right, edit_percent, text_percent, is_contained, is_start in rows:
        assert edit_percent == edit_similarity(left, right), (left, right)
        assert text_percent == text_similarity(left, right), (left, right)
        assert is_contained == contains_other(left, right), (left, right)
        starts = min(len(left), len(right)) >= 3 and (left.startswith(right) or right.startswith(left))
        assert is_start == starts, (left, right)


def test_distances_are_great_circles_in_whole_metres(project):
    rows = project.query("select lat_1, lon_1, lat_2, lon_2, distance_metres from distances")
    assert len(rows) == 400
    for *points, metres in rows:
        expected = great_circle(*points)
        # Rounding may fall either way where the exact distance ends in .5, and the sine loses a little far away.
        assert metres == 99_999 if expected >= 99_999.5 else abs(metres - expected) <= 0.51, points
