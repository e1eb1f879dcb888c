"""Every figure of the evaluation against one worked out by hand."""

import json

import pytest

from store_matching.evaluation import EvaluationInputError, PairCounts, evaluate
from store_matching.evaluation.report import describe_evaluation
from store_matching.landing import HeaderMapping
from store_matching.landing.options import ExtractSource


@pytest.fixture
def sources(folder):
    return tuple(
        ExtractSource(source, folder / f"{source.lower()}.csv", HeaderMapping(), None) for source in ("GI", "TH")
    )


@pytest.fixture
def whole(inputs, folder, sources):
    return evaluate(
        inputs(
            pairs=folder / "scored_pairs.parquet",
            labelled=folder / "labelled.csv",
            split="test",
            sources=sources,
        )
    )


def rows_of(breakdowns, title):
    (breakdown,) = [breakdown for breakdown in breakdowns if breakdown.title.startswith(title)]
    return {row.property: row for row in breakdown.rows}


def test_matches_against_truth(whole):
    assert whole.matches == PairCounts(2, 2, 4)
    assert (whole.matches.precision, whole.matches.recall, whole.matches.f1) == (0.5, 2 / 6, 4 / 10)
    # The truth knows neither store of g6-t6.
    assert whole.known_stores == PairCounts(2, 1, 4)
    assert whole.unknown_true_pairs == 1


def test_n_to_1_gives_linked_duplicates_their_partner(inputs):
    evaluation = evaluate(inputs(n_to_1=True))
    assert evaluation.matches == PairCounts(3, 2, 3)


def test_blocking(whole):
    assert (whole.blocking.true_pairs_proposed, whole.blocking.true_pairs) == (5, 6)
    assert whole.blocking.recall == 5 / 6
    assert whole.blocking.candidate_pairs_per_gi_store == 7 / 6


def test_labelled_pairs(whole):
    labelled = whole.labelled
    assert (labelled.pairs, labelled.true_pairs, labelled.not_proposed, labelled.true_not_proposed) == (
        6,
        3,
        1,
        0,
    )
    assert labelled.threshold == 50.0
    # g1-t1 and g3-t3 right, g2-t3 and g6-t6 wrong, g2-t2 below the threshold.
    assert labelled.counts == PairCounts(2, 2, 1)
    # 30 takes all five scored pairs, three of them true: F1 6/8; 70 would take three, two true: 4/6.
    assert (labelled.best_threshold, labelled.best_counts) == (30.0, PairCounts(3, 2, 0))


def test_threshold_given_wins_over_the_summary(inputs, folder):
    files = {"pairs": folder / "scored_pairs.parquet", "labelled": folder / "labelled.csv"}
    labelled = evaluate(inputs(**files, threshold=95.0)).labelled
    assert labelled.counts == PairCounts(1, 0, 3)
    assert labelled.pairs == 7


@pytest.mark.parametrize("threshold", [float("nan"), -1.0, 100.5])
def test_threshold_must_be_a_score(inputs, folder, threshold):
    files = {"pairs": folder / "scored_pairs.parquet", "labelled": folder / "labelled.csv"}
    with pytest.raises(EvaluationInputError, match="from 0 to 100"):
        evaluate(inputs(**files, threshold=threshold))


def test_calibration_of_assigned_pairs(whole):
    bands = {(band.low, band.high): (band.pairs, band.share_true) for band in whole.calibration.bands}
    assert bands == {(60, 70): (1, 0.0), (80, 90): (1, 0.0), (90, 95): (1, 1.0), (98, 100): (1, 1.0)}
    expected = (0.60 + 0.80 + 0.10 + 0.01) / 4
    assert whole.calibration.expected_calibration_error == pytest.approx(expected)
    assert whole.calibration.brier_score == pytest.approx((0.36 + 0.64 + 0.01 + 0.0001) / 4)


def test_causes_of_missed_pairs(whole):
    causes = rows_of(whole.mistakes.false_negatives, "by cause")
    assert {name: row.errors for name, row in causes.items()} == {
        "below the threshold": 1,
        "the TH store was taken by another": 1,
        "a linked duplicate: its place is matched, under its representative": 1,
        "not in the outputs: row rejected, deleted or not in the file": 1,
    }
    (example,) = causes["below the threshold"].examples
    assert (example.gi_id, example.th_id, example.gi_name, example.match_score) == ("g2", "t2", "Deux", 30.0)


def test_causes_without_pairs(inputs, folder):
    (folder / "linked_duplicates.csv").unlink()
    causes = rows_of(evaluate(inputs()).mistakes.false_negatives, "by cause")
    assert {name: row.errors for name, row in causes.items()} == {
        "the GI store took another partner": 1,
        "the TH store was taken by another": 1,
        "not in the outputs: row rejected, deleted or not in the file": 2,
    }


def test_pair_that_no_rule_proposed(inputs, folder):
    (folder / "truth.csv").write_text("gi_id,th_id\ng3,t5\n", encoding="utf-8")
    causes = rows_of(evaluate(inputs(pairs=folder / "scored_pairs.parquet")).mistakes.false_negatives, "by cause")
    assert list(causes) == ["not blocked: no rule proposed the pair"]


def test_kinds_of_wrong_pairs(whole):
    kinds = rows_of(whole.mistakes.false_positives, "by what is known")
    assert {name: row.errors for name, row in kinds.items()} == {
        "both stores have another true partner": 1,
        "neither store has a true partner": 1,
    }


def test_levels_of_wrong_pairs_are_compared_with_those_of_right_pairs(whole):
    levels = rows_of(whole.mistakes.false_positives, "by comparison level")
    assert (levels["name = 2"].errors, levels["name = 2"].share_of_errors) == (2, 1.0)
    assert levels["name = 2"].share_of_correct == 0.0
    # Right pairs have them as often: they tell nothing.
    assert not {"phone = 0", "distance = 1", "distance = 2"} & set(levels)


def test_patterns_name_what_spoke_for_and_against(whole):
    wrong = rows_of(whole.mistakes.false_positives, "by pattern")
    assert {name: row.errors for name, row in wrong.items()} == {
        "distance = 2, name = 2": 1,
        "name = 2, phone = 0": 1,
    }
    missed = rows_of(whole.mistakes.false_negatives, "by pattern")
    assert {name: row.errors for name, row in missed.items()} == {
        "distance = 0, name = 1": 1,
        "distance = 1, name = 2": 1,
    }


def test_missing_fields_and_countries(whole):
    missing = rows_of(whole.mistakes.false_negatives, "by field missing")
    assert (missing["point"].errors, missing["city"].errors) == (1, 1)
    assert "address" not in missing
    countries = {
        country.country: (country.true_positives, country.false_positives, country.false_negatives)
        for country in whole.mistakes.countries
    }
    # Case does not matter; the TH store's country stands in; gx is in no file.
    assert countries == {"FR": (1, 1, 2), "GB": (1, 0, 1), "DE": (0, 1, 0), "(no country)": (0, 0, 1)}


def test_report_and_json_hold_the_figures(whole):
    text = describe_evaluation(whole)
    for part in (
        "precision 0.500",
        "recall 0.333",
        "5 of 6 true pairs",
        "split test",
        "g2 - t3: Deux / Trois",
    ):
        assert part in text
    content = json.loads(json.dumps(whole.as_dict()))
    assert content["matches"]["f1"] == 0.4
    assert content["labelled"]["counts"]["true_positives"] == 2
    assert content["blocking"]["recall"] == 5 / 6


def test_nothing_predicted_and_nothing_true(inputs, folder):
    (folder / "store_matches.csv").write_text("gi_id,th_id,match_score,status\ng1,,,GI_ONLY\n", encoding="utf-8")
    (folder / "truth.csv").write_text("gi_id,th_id\n", encoding="utf-8")
    evaluation = evaluate(inputs())
    assert evaluation.matches == PairCounts(0, 0, 0)
    assert (evaluation.matches.precision, evaluation.matches.f1) == (None, None)
    assert evaluation.calibration.bands == ()
    assert "precision -" in describe_evaluation(evaluation)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("truth.csv", "gi,th\n1,2\n", r"truth.csv: column gi_id, th_id not found; the file has: gi, th"),
        ("truth.csv", "gi_id,th_id\ng1,t1\n,t2\n", r"truth.csv: row 2, column gi_id is empty"),
        ("truth.csv", "gi_id,th_id\ng1,t1,x\n", r"truth.csv: cannot be read"),
        ("labelled.csv", "gi_id,th_id,label,split\ng1,t1,yes,test\n", r"row 1, column label, value 'yes'"),
        ("labelled.csv", "gi_id,th_id,label,split\ng1,t1,1,dev\n", r"no row has split 'test'.*'dev'"),
        ("scored_pairs.parquet", "text", r"not a readable Parquet file"),
        ("summary.json", "{}", r"has no threshold"),
        (
            "store_matches.csv",
            "gi_id,th_id,match_score,status\ng1,t1,9,MATCHED\ng1,t2,9,MATCHED\n",
            r"'g1' has 2",
        ),
        (
            "store_matches.csv",
            "gi_id,th_id,match_score,status\ng1,t1,9,MATCHED\ng2,t1,9,MATCHED\n",
            r"'t1' has 2 partners; evaluate it with --n-to-1",
        ),
    ],
)
def test_bad_files_are_named(inputs, folder, name, content, message):
    (folder / name).write_text(content, encoding="utf-8")
    files = {"pairs": folder / "scored_pairs.parquet", "labelled": folder / "labelled.csv"}
    with pytest.raises(EvaluationInputError, match=message):
        evaluate(inputs(**files, split="test"))


def test_labelled_pairs_need_scores_and_threshold(inputs, folder):
    with pytest.raises(EvaluationInputError, match="--pairs"):
        evaluate(inputs(labelled=folder / "labelled.csv"))
    (folder / "summary.json").unlink()
    with pytest.raises(EvaluationInputError, match="--threshold"):
        evaluate(inputs(labelled=folder / "labelled.csv", pairs=folder / "scored_pairs.parquet"))


def test_ids_are_text(inputs, folder):
    (folder / "store_matches.csv").write_text(
        'gi_id,th_id,match_score,status\n007,1e5,99,MATCHED\n7,"a\nb",99,MATCHED\n', encoding="utf-8"
    )
    (folder / "truth.csv").write_text('gi_id,th_id\n7,1e5\n7,"a\nb"\n', encoding="utf-8")
    assert evaluate(inputs()).matches == PairCounts(1, 1, 1)
