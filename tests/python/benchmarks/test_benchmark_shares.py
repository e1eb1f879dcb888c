"""Attribution of wall time to steps that ran side by side, and dbt's record of a run."""

import json

import pytest

from benchmarks.harness.pipeline import read_run_results
from benchmarks.harness.shares import wall_shares


def test_a_step_alone_gets_its_whole_time():
    assert wall_shares([("load", 0.0, 4.0), ("match", 5.0, 8.0)]) == {"load": 4.0, "match": 3.0}


def test_steps_side_by_side_share_the_time_equally():
    # a: 0-6, b: 2-4: from 2 to 4 each gets half.
    assert wall_shares([("b", 2.0, 4.0), ("a", 0.0, 6.0)]) == {"a": 5.0, "b": 1.0}


def test_two_models_of_one_step_do_not_count_twice():
    assert wall_shares([("a", 0.0, 3.0), ("a", 0.0, 3.0), ("b", 3.0, 4.0)]) == {"a": 3.0, "b": 1.0}


def test_shares_sum_to_the_time_in_which_something_ran():
    intervals = [("a", 0.0, 7.0), ("b", 1.0, 3.0), ("c", 2.0, 9.0), ("d", 12.0, 12.5)]
    assert sum(wall_shares(intervals).values()) == pytest.approx(9.5)


def test_an_interval_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        wall_shares([("a", 2.0, 1.0)])


def write_run(target, results):
    nodes = {
        "model.p.stg_stores": {"original_file_path": "models/staging/clean/stg_stores.sql"},
        "model.p.gold_stores": {"original_file_path": "models/gold/gold_stores.sql"},
        "operation.p.on-run-start-0": {"original_file_path": "./dbt_project.yml"},
        "seed.p.street_words": {"original_file_path": "seeds/street_words.csv"},
    }
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    (target / "run_results.json").write_text(json.dumps({"results": results}))


def result(unique_id, begin, end):
    execute = {
        "name": "execute",
        "started_at": f"2026-01-01T10:00:{begin}Z",
        "completed_at": f"2026-01-01T10:00:{end}Z",
    }
    compile_ = {
        "name": "compile",
        "started_at": "2026-01-01T09:00:00Z",
        "completed_at": "2026-01-01T09:59:00Z",
    }
    return {"unique_id": unique_id, "timing": [compile_, execute]}


def test_run_results_give_wall_seconds_of_each_step(tmp_path):
    write_run(
        tmp_path,
        [
            result("operation.p.on-run-start-0", "00.0", "00.5"),
            result("seed.p.street_words", "00.5", "01.0"),
            result("model.p.stg_stores", "02.0", "06.0"),
            result("model.p.gold_stores", "04.0", "10.5"),
        ],
    )
    seconds, steps = read_run_results(tmp_path)
    assert seconds == 10.5
    assert steps == {"hooks": 0.5, "seeds": 0.5, "clean": 3.0, "gold": 5.5}


def test_a_run_without_executed_model_is_refused(tmp_path):
    write_run(tmp_path, [{"unique_id": "model.p.stg_stores", "timing": []}])
    with pytest.raises(RuntimeError, match="no executed model"):
        read_run_results(tmp_path)
