"""From the repeats of a benchmark to its report: medians, ratios, the table of sizes, the verdict."""

from argparse import Namespace

import pytest

from benchmarks.harness.determinism import determinism_markdown
from benchmarks.harness.scale import scale_markdown
from benchmarks.harness.speed import speed_markdown, summary

MACHINE = {"processors": 2, "memory_gigabytes": 8, "system": "Linux", "python": "3.11", "duckdb": "1.5"}
OPTIONS = Namespace(stores=1000, seed=7, threads=2, memory="6GB")


def figures(seconds, work_seconds, peak_megabytes):
    return {
        "seconds": seconds,
        "work_seconds": work_seconds,
        "matching_seconds": work_seconds - 1.0,
        "steps": {"load": seconds - work_seconds, "match": work_seconds},
        "peak_megabytes": peak_megabytes,
        "accuracy": {"precision": 0.98, "recall": 0.9, "f1": 0.9383},
        "candidate_pairs": 1234,
        "system": "splink 5",
    }


@pytest.fixture
def result():
    repeats = [
        {"ours": figures(20.0, 10.0, 500), "peer": figures(60.0, 50.0, 900)},
        {"ours": figures(30.0, 16.0, 520), "peer": figures(66.0, 56.0, 910)},
        {"ours": figures(22.0, 11.0, 510), "peer": figures(88.0, 77.0, 905)},
    ]
    return summary(OPTIONS, repeats)


def test_summary_takes_medians_of_each_system_and_pairs_the_repeats(result):
    assert (result["ours"]["seconds"], result["peer"]["seconds"]) == (22.0, 66.0)
    assert (result["ours"]["peak_megabytes"], result["peer"]["peak_megabytes"]) == (510, 905)
    assert result["ratio"]["seconds"] == {"of_medians": 3.0, "lowest": 2.2, "highest": 4.0}
    assert result["ratio"]["work_seconds"] == {"of_medians": 5.09, "lowest": 3.5, "highest": 7.0}
    assert result["ours"]["steps"] == {"load": 11.0, "match": 11.0}


def test_speed_report_states_the_ratio_and_both_systems(result):
    report = speed_markdown(result)
    assert "| ours | 22.0 | 11.0 | 10.0 | 510 | 1,234 | 0.9800 | 0.9000 | 0.9383 |" in report
    assert "| splink 5 | 66.0 | 56.0 | 55.0 | 905 |" in report
    assert "end to end 3.00 times (2.20 to 4.00)" in report
    assert "RAW to GOLD 5.50 times (3.67 to 7.60)" in report


def test_scale_report_has_a_row_for_each_size():
    size = {
        **{"stores": 100_000, "seconds": 12.34, "work_seconds": 5.6, "peak_megabytes": 800.2},
        **{"candidate_pairs_per_gi_store": 9.5, "blocking_recall": 0.991, "accuracy": {"f1": 0.97}},
        **{"generator": {"seconds": 9.0, "peak_megabytes": 700.4}},
    }
    large = {**size, "stores": 1_000_000, "work_seconds": 61.6}
    report = scale_markdown({"sizes": [size, large], "threads": 2, "machine": MACHINE, "growth_ratio": 1.1})
    assert "| 100,000 | 12.3 | 5.6 | 800 | 9.5 | 0.9910 | 0.9700 | 9.0 | 700 |" in report
    assert "| 1,000,000 | 12.3 | 61.6 | 800 | 9.5 | 0.9910 | 0.9700 | 9.0 | 700 |" in report


@pytest.mark.parametrize(("identical", "verdict"), [(True, "**identical**"), (False, "**DIFFERENT**")])
def test_determinism_report_says_whether_anything_differs(identical, verdict):
    hashes = {"1 thread": {"gold.stores": "a" * 64}, "4 threads": {"gold.stores": "b" * 64}}
    assert verdict in determinism_markdown({"stores": 10, "identical": identical, "hashes": hashes})
