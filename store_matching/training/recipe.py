"""The recipe: the same steps make the shipped scorecard and, with one city left out, the quality report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from store_matching.training.comparisons import Comparison, read_comparisons
from store_matching.training.known_pairs import KnownPairs, known_pairs
from store_matching.training.pair_levels import PairLevels, read_pair_levels
from store_matching.training.quality import ListQuality, assigned_known, measure_list
from store_matching.training.score_lookup import ScoreLookup, learn_lookup
from store_matching.training.scorecard import Scorecard, learn_scorecard
from store_matching.training.training_lists import (
    TrainingList,
    generated_list,
    labelled_lists,
    without_points,
)

TRAINED_SPLITS = frozenset({"train"})
CALIBRATED_SPLITS = frozenset({"train", "valid"})
# Generated pairs teach what the real lists do not hold (phones, websites, towns, categories); they are many
# and too regular to outvote real ones.
GENERATED_WEIGHT = 0.1
GENERATED_STORES = 20_000
TRAINED_SEED, TRAINED_NOISE = 11, "normal"
CALIBRATED_SEED, CALIBRATED_NOISE = 12, "normal"


@dataclass(frozen=True)
class Prepared:
    """A list with its levels and the pairs known for training and for calibration."""

    source: TrainingList
    levels: PairLevels
    trained: KnownPairs
    calibrated: KnownPairs


@dataclass(frozen=True)
class Recipe:
    """What one run of the recipe gives.

    scorecard, lookup: what is shipped
    left_out:          quality of each labelled list under a scorecard that saw no list of its city
    """

    comparisons: tuple[Comparison, ...]
    scorecard: Scorecard
    lookup: ScoreLookup
    left_out: list[ListQuality]


def run_recipe(lists: Path, work: Path, threshold: float, progress: Callable[[str], None]) -> Recipe:
    """Learn scorecard and look-up from the labelled lists below `lists` and generated ones.

    work:      folder for copies and generated lists
    threshold: match score of the quality report, 0 to 100
    Raises TrainingDataError, ExtractError, TransformError.
    """
    comparisons = read_comparisons()
    real = labelled_lists(lists)
    real += [without_points(source, work / source.name) for source in real]
    prepared = [_prepare(source, comparisons, progress) for source in real]
    taught = _generated(TRAINED_SEED, TRAINED_NOISE, work, comparisons, progress)
    unseen = _generated(CALIBRATED_SEED, CALIBRATED_NOISE, work, comparisons, progress)

    def learn(items: list[Prepared]) -> Scorecard:
        return learn_scorecard([(item.levels, item.trained) for item in items], comparisons)

    progress("learning the scorecard")
    scorecard = learn(prepared + taught)
    left_out_cards = {}
    for city in sorted({item.source.city for item in prepared}):
        progress(f"learning without {city}")
        left_out_cards[city] = learn([item for item in prepared if item.source.city != city] + taught)
    assigned = [assigned_known(i.levels, i.calibrated, left_out_cards[i.source.city]) for i in prepared]
    assigned += [assigned_known(i.levels, i.calibrated, scorecard) for i in unseen]
    lookup = learn_lookup(assigned)
    left_out = []
    for item in prepared:
        # The look-up too must not have seen the city whose calibration is judged.
        others = [a for a, i in zip(assigned, prepared + unseen, strict=True) if i.source.city != item.source.city]
        left_out.append(
            measure_list(
                item.source,
                item.levels,
                item.calibrated,
                left_out_cards[item.source.city],
                learn_lookup(others),
                threshold,
            )
        )
    left_out += [measure_list(i.source, i.levels, i.calibrated, scorecard, lookup, threshold) for i in unseen]
    return Recipe(comparisons, scorecard, lookup, left_out)


def write_quality(recipe: Recipe, path: Path) -> None:
    """Write the quality report as JSON: a list of figures by list."""
    content = {
        "score_lookup": {
            "intercept": round(recipe.lookup.intercept, 4),
            "slope": round(recipe.lookup.slope, 4),
        },
        "left_out": [quality.as_dict() for quality in recipe.left_out],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _prepare(source: TrainingList, comparisons: tuple[Comparison, ...], progress: Callable[[str], None]) -> Prepared:
    levels = read_pair_levels(source, comparisons, progress)
    return Prepared(
        source,
        levels,
        known_pairs(source, levels, TRAINED_SPLITS),
        known_pairs(source, levels, CALIBRATED_SPLITS),
    )


def _generated(
    seed: int, noise: str, work: Path, comparisons: tuple[Comparison, ...], progress: Callable[[str], None]
) -> list[Prepared]:
    folder = work / f"generated_{seed}_{noise}"
    source = generated_list(GENERATED_STORES, seed, noise, GENERATED_WEIGHT, folder, progress)
    masked = without_points(replace(source, city=f"generated {seed}"), folder / "no_points")
    return [_prepare(item, comparisons, progress) for item in (source, masked)]
