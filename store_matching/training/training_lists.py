"""The lists a scorecard is learned from: labelled real lists, the same without points, and generated ones."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from store_matching.generator import GeneratorOptions, generate_extracts, write_extracts

SAME_CITY_KM = 100
EARTH_RADIUS_KM = 6371


class TrainingDataError(ValueError):
    """The folder of labelled lists cannot be trained on; the message says why and what to do."""


@dataclass(frozen=True)
class TrainingList:
    """Two extracts and what is known of their pairs.

    name:        of the list; a copy without points ends in `, no points`
    city:        lists of one city share it and are left out together; None for generated lists
    labels:      CSV with `gi_id,th_id,label,split`, or None where `truth` is complete
    truth:       CSV with `gi_id,th_id`, every true match; None where only `labels` are known
    weight:      of each of its pairs in training
    has_points:  whether coordinates are kept
    """

    name: str
    gi: Path
    th: Path
    city: str | None
    labels: Path | None
    truth: Path | None
    weight: float
    has_points: bool


def labelled_lists(folder: Path) -> list[TrainingList]:
    """Return the lists of `folder` that have labelled pairs of a training split, grouped by city.

    Raises TrainingDataError where there is none.
    """
    found: list[tuple[Path, float, float]] = []
    for labels in sorted(folder.glob("*/pairs.csv")):
        with labels.open(encoding="utf-8", newline="") as handle:
            if any(row["split"] == "train" for row in csv.DictReader(handle)):
                found.append((labels.parent, *_centre(labels.parent / "gi.csv")))
    if not found:
        raise TrainingDataError(
            f"{folder} has no list with labelled training pairs: a list is a folder with gi.csv, th.csv and "
            "pairs.csv (gi_id,th_id,label,split) where some split is 'train'"
        )
    centres: list[tuple[str, float, float]] = []
    lists = []
    for path, latitude, longitude in found:
        near = [c for c in centres if _distance_km(latitude, longitude, c[1], c[2]) <= SAME_CITY_KM]
        if not near:
            near = [(f"city {len(centres) + 1}", latitude, longitude)]
            centres += near
        lists.append(
            TrainingList(path.name, path / "gi.csv", path / "th.csv", near[0][0], path / "pairs.csv", None, 1.0, True)
        )
    return lists


def without_points(source: TrainingList, folder: Path) -> TrainingList:
    """Copy a list without its coordinates.

    Where the list names no town, every store gets one and the same: without points, a list that says nothing
    of where its stores are could not be matched by anybody.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for side, path in (("gi", source.gi), ("th", source.th)):
        files[side] = folder / f"{side}.csv"
        duckdb.connect().execute(
            f"""
            copy (
                select * replace (
                    null as lat, null as lon,
                    coalesce(city, case when max(city) over () is null then 'Onetown' end) as city
                )
                from read_csv(?, all_varchar = true, header = true, quote = '"')
            ) to '{files[side]}' (header)
            """,
            [str(path)],
        )
    return TrainingList(
        f"{source.name}, no points",
        files["gi"],
        files["th"],
        source.city,
        source.labels,
        source.truth,
        source.weight,
        False,
    )


def generated_list(
    stores: int, seed: int, noise: str, weight: float, folder: Path, progress: Callable[[str], None]
) -> TrainingList:
    """Generate two extracts with a complete truth into `folder`."""
    progress(f"generating {stores:,} stores a side, seed {seed}, noise {noise}")
    options = GeneratorOptions(stores=stores, seed=seed, noise=noise)
    folder.mkdir(parents=True, exist_ok=True)
    write_extracts(generate_extracts(options), folder, "csv")
    return TrainingList(
        f"generated, seed {seed}, noise {noise}",
        folder / "gi.csv",
        folder / "th.csv",
        None,
        None,
        folder / "truth.csv",
        weight,
        True,
    )


def _centre(extract: Path) -> tuple[float, float]:
    row = (
        duckdb.connect()
        .execute(
            "select median(cast(lat as double)), median(cast(lon as double)) "
            "from read_csv(?, all_varchar = true, header = true, quote = '\"')",
            [str(extract)],
        )
        .fetchone()
    )
    if row is None or row[0] is None:
        raise TrainingDataError(f"{extract} has no coordinates: its city cannot be told from that of other lists")
    return float(row[0]), float(row[1])


def _distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    half_latitude = math.radians(other_latitude - latitude) / 2
    half_longitude = math.radians(other_longitude - longitude) / 2
    root = (
        math.sin(half_latitude) ** 2
        + math.cos(math.radians(latitude)) * math.cos(math.radians(other_latitude)) * math.sin(half_longitude) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(root))
