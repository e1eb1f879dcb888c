"""The gate fails when matches become worse, and does not when they do not."""

import json
import subprocess
import sys

import pytest

from store_matching.evaluation import PairCounts
from store_matching.quality_gate import Limits, QualityGateError
from store_matching.quality_gate.gate import check_match_quality

from .conftest import git


@pytest.fixture
def judge(project, labelled, tmp_path):
    """Function: the verdict on the project with another rule, and the figures of its one list."""

    def change(rule, limits=None, base="base"):
        (project / "rule.txt").write_text(rule)
        verdict = check_match_quality(project, base, [labelled], limits or Limits(), tmp_path / "out")
        return verdict, json.loads((tmp_path / "out" / "comparison.json").read_text())["lists"][0]

    return change


def test_the_same_logic_passes_and_no_pair_moves(judge):
    verdict, figures = judge("lower")
    assert verdict.broken == ()
    assert figures["gained"] == figures["lost"] == []
    assert "No pair was gained or lost." in verdict.report
    assert figures["head"]["f1"] == 1.0


def test_a_lost_right_pair_fails_and_is_shown_with_its_scores(judge):
    verdict, figures = judge("exact")
    assert verdict.broken == (
        "six_stores: recall fell from 1.0000 to 0.5000; it may fall by 0.005 at most",
        "six_stores: F1 fell from 1.0000 to 0.6667; it may fall by 0.002 at most",
    )
    assert [(pair["gi_id"], pair["th_id"], pair["is_true"]) for pair in figures["lost"]] == [
        ("g2", "t2", True),
        ("g3", "t3", True),
    ]
    assert figures["lost"][0]["base_score"] == figures["lost"][0]["head_score"] == 80.0
    assert "| right | BERTA (g2) | Berta (t2) | 80.0 | 80.0 |" in verdict.report


def test_a_gained_wrong_pair_fails(judge):
    verdict, figures = judge("letter")
    assert [pair["is_true"] for pair in figures["gained"]] == [False, False]
    assert [sentence.split(" fell")[0] for sentence in verdict.broken] == ["six_stores: precision", "six_stores: F1"]
    assert "| **wrong** | Dora (g4) | Dieter (t4) | 60.0 | 60.0 |" in verdict.report


def test_a_better_match_passes(project, judge):
    (project / "rule.txt").write_text("exact")
    git(project, "commit", "--quiet", "--all", "--message", "worse")
    verdict, figures = judge("lower", base="HEAD")
    assert verdict.broken == ()
    assert len(figures["gained"]) == 2
    assert "0.6667 → 1.0000 (+0.3333)" in verdict.report


@pytest.mark.parametrize(("allowed", "is_broken"), [(0.5, False), (0.49, True)])
def test_what_the_limits_allow_passes(judge, allowed, is_broken):
    verdict, _ = judge("exact", Limits(recall=allowed, f1=0.4))
    assert bool(verdict.broken) is is_broken


def test_small_falls_do_not_add_up_below_the_least(judge):
    verdict, _ = judge("exact", Limits(recall=1, f1=1, least_f1=0.7))
    assert verdict.broken == ("six_stores: F1 is 0.6667; it must be 0.7 at least",)


def test_a_head_that_matches_nothing_has_the_worst_quality_not_an_unknown_one(judge, labelled):
    for file in (labelled.gi, labelled.th):
        file.write_text("id,name,country\nx,Xaver,FR\n".replace("x,X", f"{file.stem},{file.stem[0]}X"))
    verdict, figures = judge("lower", Limits(least_f1=0.1))
    assert figures["head"]["precision"] is None
    assert verdict.broken == ("six_stores: F1 is 0.0000; it must be 0.1 at least",)


def test_the_base_is_matched_by_its_own_code_and_leaves_no_trace(project, judge, tmp_path):
    judge("letter")
    assert not (tmp_path / "out" / "base_version").exists()
    listed = subprocess.run(["git", "worktree", "list"], cwd=project, capture_output=True, text=True).stdout
    assert len(listed.splitlines()) == 1
    # What a killed run left is no obstacle.
    git(project, "worktree", "add", "--detach", str(tmp_path / "out" / "base_version"), "base")
    verdict, _ = judge("letter")
    assert verdict.broken


def test_a_version_that_cannot_match_is_no_verdict(judge):
    with pytest.raises(QualityGateError, match=r"failed on the list six_stores:\nthe model stores failed"):
        judge("broken")


@pytest.mark.parametrize("limit", [-0.1, 1.1, float("nan")])
def test_a_limit_is_a_share(limit):
    with pytest.raises(ValueError, match="a limit is a share from 0 to 1"):
        Limits(f1=limit)


def run(project, *options):
    command = [sys.executable, "scripts/check_match_quality.py", *options]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


@pytest.mark.parametrize(("rule", "code"), [("lower", 0), ("exact", 1), ("broken", 2)])
def test_the_exit_code_is_the_verdict(project, labelled, rule, code):
    (project / "rule.txt").write_text(rule)
    outcome = run(project, "--base", "base", "--labels", str(labelled.folder.parent))
    assert outcome.returncode == code, outcome.stderr
    if code < 2:
        assert outcome.stdout.rstrip() == (project / "target/match_quality/comment.md").read_text().rstrip()


@pytest.mark.parametrize("reference", ["no-such-branch", "--help", "base:rule.txt"])
def test_a_base_that_git_does_not_know_is_named(project, labelled, reference):
    outcome = run(project, f"--base={reference}", "--labels", str(labelled.folder.parent))
    assert outcome.returncode == 2
    assert f"BASE={reference}: git knows no such commit" in outcome.stderr


def test_a_folder_without_lists_or_a_list_without_a_file_is_named(project, labelled, tmp_path):
    outcome = run(project, "--base", "base", "--labels", str(tmp_path / "nowhere"))
    assert outcome.returncode == 2
    assert "nowhere: no labelled list" in outcome.stderr
    labelled.th.unlink()
    outcome = run(project, "--base", "base", "--labels", str(labelled.folder.parent))
    assert f"{labelled.folder}: th.csv missing" in outcome.stderr


def test_a_truth_that_cannot_be_used_is_no_verdict_either(project, labelled):
    labelled.truth.write_text("gi_id,th_id\ng1,\n")
    outcome = run(project, "--base", "base", "--labels", str(labelled.folder.parent))
    assert outcome.returncode == 2
    assert "truth.csv: row 1, column th_id is empty" in outcome.stderr


def test_counts_are_those_of_the_evaluation(judge):
    _, figures = judge("letter")
    assert figures["head"] == PairCounts(4, 2, 0).as_dict()
