"""Thresholds and calibration on arrays, as training and benchmarks use them."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from store_matching.evaluation import (
    PairCounts,
    best_threshold,
    counts_at,
    measure_calibration,
    measure_labelled_pairs,
)
from store_matching.evaluation.reliability_figure import reliability_svg

SCORES = np.array([90.0, 90.0, 70.0, 40.0, np.nan, np.nan])
IS_TRUE = np.array([True, False, True, False, True, False])


def test_pair_at_the_threshold_is_a_match():
    assert counts_at(SCORES, IS_TRUE, 90.0) == PairCounts(1, 1, 2)
    assert counts_at(SCORES, IS_TRUE, 90.1) == PairCounts(0, 0, 3)


def test_pair_without_score_is_never_a_match():
    assert counts_at(SCORES, IS_TRUE, -1e9) == PairCounts(2, 2, 1)


def test_best_threshold_is_the_best_of_all():
    generator = np.random.default_rng(5)
    scores = generator.integers(0, 20, 300).astype(float)
    is_true = generator.random(300) < scores / 25
    scores[::17] = np.nan
    best = counts_at(scores, is_true, best_threshold(scores, is_true)).f1
    assert best == max(counts_at(scores, is_true, threshold).f1 for threshold in range(21))


def test_best_threshold_does_not_split_equal_scores():
    assert best_threshold(np.array([80.0, 80.0, 80.0]), np.array([True, False, False])) == 80.0


def test_without_any_score():
    nothing = measure_labelled_pairs(np.array([np.nan]), np.array([True]), 50.0)
    assert (nothing.counts, nothing.best_threshold) == (PairCounts(0, 0, 1), 100.0)


def test_calibrated_scores_have_no_error():
    scores = np.array([75.0] * 4 + [100.0] * 2 + [0.0])
    is_true = np.array([True, True, True, False, True, True, False])
    calibration = measure_calibration(scores, is_true)
    assert calibration.expected_calibration_error == 0.0
    assert calibration.brier_score == pytest.approx(0.75 / 7)
    assert [(band.low, band.high, band.pairs) for band in calibration.bands] == [
        (0, 10, 1),
        (70, 80, 4),
        (98, 100, 2),
    ]


def test_overconfident_scores_have_one():
    calibration = measure_calibration(np.array([90.0] * 10), np.arange(10) < 4, edges=(0, 50, 100))
    assert calibration.expected_calibration_error == pytest.approx(0.5)


def test_pairs_without_score_are_left_out():
    assert measure_calibration(SCORES, IS_TRUE).pairs == 4
    assert measure_calibration(np.array([np.nan]), np.array([True])).expected_calibration_error is None


def test_figure_is_well_formed_and_has_a_dot_per_band():
    calibration = measure_calibration(np.array([55.0, 75.0, 99.0]), np.array([False, True, True]))
    root = ElementTree.fromstring(reliability_svg(calibration, "Right <& wrong"))
    dots = root.findall("{http://www.w3.org/2000/svg}circle")
    assert len(dots) == 3
    heights = [float(dot.get("cy")) for dot in dots]
    assert heights[0] > heights[1] == heights[2]
