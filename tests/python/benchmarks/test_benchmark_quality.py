"""Figures of labelled lists: the best one-to-one choice, the tables, the lists that are found."""

import duckdb
import pytest

from benchmarks.harness.list_quality import (
    LabelledList,
    ListQuality,
    best_one_to_one_f1,
    highest_f1,
    labelled_lists,
)
from benchmarks.harness.quality import both, comparison, quality_markdown, read_baselines


def test_highest_f1_takes_pairs_by_score_and_each_store_once():
    # After a-x the pair a-y cannot be taken; b-y is the second right one, c-z only adds a wrong one.
    pairs = [("a", "x", 9.0), ("a", "y", 8.0), ("b", "y", 7.0), ("c", "z", 6.0)]
    assert highest_f1(pairs, {("a", "x"), ("b", "y")}) == 1.0
    assert highest_f1(pairs, {("a", "y"), ("b", "y")}) == pytest.approx(2 * 1 / (2 + 2))


def test_highest_f1_never_cuts_between_equal_scores():
    # The right pair comes first but shares its score with two wrong ones: no threshold keeps it alone.
    pairs = [("a", "x", 5.0), ("b", "y", 5.0), ("c", "z", 5.0)]
    assert highest_f1(pairs, {("a", "x")}) == pytest.approx(2 / (3 + 1))


def test_highest_f1_of_no_candidate_is_zero():
    assert highest_f1([], {("a", "x")}) == 0.0


def test_best_choice_prefers_the_nearer_of_equal_pairs_and_leaves_linked_duplicates_out(tmp_path):
    header = "id,name,lat,lon\n"
    (tmp_path / "gi.csv").write_text(header + "a,Shop,50.0,3.0\nb,Shop,,\nc,Shop,50.0,3.0\n")
    (tmp_path / "th.csv").write_text(header + "x,Shop,50.1,3.0\ny,Shop,50.001,3.0\nz,Shop,,\n")
    (tmp_path / "truth.csv").write_text("gi_id,th_id\na,y\nb,x\n")
    (tmp_path / "linked_duplicates.csv").write_text("source,id,representative_id\nGI,c,a\nTH,b,x\n")
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (select * from (values ('a', 'x', 5), ('a', 'y', 5), ('b', 'x', 5), ('c', 'z', 5))
                as pairs (gi_id, th_id, total_points)
            ) to '{tmp_path}/scored_pairs.parquet' (format parquet)"""
        )
    assert best_one_to_one_f1(LabelledList(tmp_path), tmp_path) == 1.0


def make_list(folder, name, pairs=None):
    (folder / name).mkdir()
    (folder / name / "truth.csv").write_text("gi_id,th_id\n")
    if pairs:
        (folder / name / "pairs.csv").write_text(pairs)


def test_lists_are_the_folders_with_a_truth_file(tmp_path):
    make_list(tmp_path, "pit")
    make_list(tmp_path, "edi")
    (tmp_path / "one_sided").mkdir()
    assert [each.name for each in labelled_lists(tmp_path)] == ["edi", "pit"]
    assert [each.name for each in labelled_lists(tmp_path, ["pit"])] == ["pit"]


def test_unknown_list_and_empty_folder_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no folder in it has a truth\.csv"):
        labelled_lists(tmp_path)
    make_list(tmp_path, "pit")
    with pytest.raises(ValueError, match=r"no list edi in .*; there are: pit"):
        labelled_lists(tmp_path, ["edi"])


@pytest.mark.parametrize(
    ("pairs", "split"),
    [
        ("gi_id,th_id,label,split\n1,2,1,train\n1,3,0,test\n", "test"),
        ("gi_id,th_id,label,split\n1,2,1,all\n", None),
        ("gi_id,th_id,label\n1,2,1\n", None),
        (None, None),
    ],
)
def test_split_is_test_where_there_is_one(tmp_path, pairs, split):
    make_list(tmp_path, "pit", pairs)
    assert LabelledList(tmp_path / "pit").split() == split


def quality(name, f1, pair_f1):
    return ListQuality(
        *(
            name,
            100,
            2.5,
            0.99,
            0.9,
            0.8,
            f1,
            0.95,
            pair_f1,
            None if pair_f1 is None else 0.97,
            0.01,
            None,
            3.2,
        )
    )


BASELINES = """dataset,method,one_to_one_f1_best_threshold,one_to_one_f1_fixed_threshold
pit,sketch,0.93,
pit,splink,0.90,0.87
other,splink,0.5,0.5
"""


@pytest.fixture
def baselines(tmp_path):
    (tmp_path / "baselines.csv").write_text(BASELINES)
    return read_baselines(tmp_path / "baselines.csv")


def test_comparison_shows_our_lists_only_and_methods_that_know_them(baselines):
    columns = ("one_to_one_f1_fixed_threshold", "one_to_one_f1_best_threshold")
    table = comparison({"ours": [quality("pit", 0.91, None)]}, baselines, ("f1", "best_threshold_f1"), columns)
    assert table.splitlines() == [
        "| list | ours | sketch | splink |",
        "| :-- | --: | --: | --: |",
        "| pit | 0.9100 (0.9500) | – (0.9300) | 0.8700 (0.9000) |",
    ]


def test_report_without_baselines_has_a_table_for_each_system(tmp_path):
    assert read_baselines(tmp_path / "baselines.csv") == []
    report = quality_markdown({"ours": [quality("pit", 0.91, 0.96)], "peer": [quality("pit", 0.8, 0.9)]}, [])
    assert (
        "| pit | 100 | 2.5 | 0.9900 | 0.9000 | 0.8000 | 0.9100 | 0.9500 | 0.9600 | 0.9700 | 0.0100 |  | 3.2 |" in report
    )
    assert report.count("### ") == 2


def test_both_marks_what_is_not_known():
    assert (both(0.5, None), both(None, 0.5), both(None, None)) == ("0.5000 (–)", "– (0.5000)", "")
