"""The arithmetic behind the benchmark tables."""

import pytest

from benchmarks.harness.figures import accuracy, growth_ratio, median_by_key, speed_ratio


def test_accuracy_counts_what_is_correct_proposed_and_known():
    result = accuracy(correct=60, proposed=80, known=100)
    assert result.as_dict() == {"precision": 0.75, "recall": 0.6, "f1": 0.6667}


def test_accuracy_of_no_proposal_is_zero_not_an_error():
    assert accuracy(0, 0, 5).as_dict() == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert accuracy(0, 0, 0).f1 == 0.0


@pytest.mark.parametrize("counts", [(3, 2, 5), (3, 5, 2), (-1, 2, 2)])
def test_accuracy_refuses_impossible_counts(counts):
    with pytest.raises(ValueError, match="impossible counts"):
        accuracy(*counts)


def test_speed_ratio_is_of_the_medians_and_shows_the_spread_of_the_pairs():
    ratio = speed_ratio(peer_seconds=[30.0, 40.0, 100.0], our_seconds=[10.0, 20.0, 20.0])
    assert ratio.as_dict() == {"of_medians": 2.0, "lowest": 2.0, "highest": 5.0}


def test_speed_ratio_below_one_when_the_peer_is_faster():
    assert speed_ratio([5.0], [10.0]).of_medians == 0.5


@pytest.mark.parametrize("runs", [([], []), ([1.0], [1.0, 2.0])])
def test_speed_ratio_needs_as_many_repeats_of_both(runs):
    with pytest.raises(ValueError, match="repeats"):
        speed_ratio(*runs)


def test_growth_ratio_is_one_when_cost_grows_with_the_stores():
    assert growth_ratio(100_000, 10.0, 1_000_000, 100.0) == pytest.approx(1.0)
    assert growth_ratio(100_000, 10.0, 1_000_000, 250.0) == pytest.approx(2.5)


def test_median_by_key_takes_each_step_alone():
    runs = [{"read": 1.0, "block": 9.0}, {"read": 5.0, "block": 2.0}, {"read": 3.0, "block": 4.0}]
    assert median_by_key(runs) == {"read": 3.0, "block": 4.0}


def test_median_by_key_refuses_runs_of_different_steps():
    with pytest.raises(ValueError, match="different steps"):
        median_by_key([{"read": 1.0}, {"load": 1.0}])
