"""Benchmark `quality`: real store lists whose matches are known."""

from __future__ import annotations

import csv
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import tables
from .children import run_child
from .layout import PYTHON, SCRIPTS, WORK
from .list_quality import (
    LabelledList,
    ListQuality,
    labelled_lists,
    measure,
    write_peer_as_match,
)
from .peer import PEER_THRESHOLD, run_peer

HEADER = [
    *("list", "pairs", "pairs per GI store", "blocking recall", "precision", "recall", "F1", "best F1"),
    *("pair F1", "best pair F1", "ECE of matches", "ECE of pairs", "seconds"),
]
EXPLANATION = (
    "precision, recall, F1: one-to-one matches at the shipped threshold. best F1: at the threshold that the"
    " truth would choose. pair F1: labelled pairs of the test split, a pair that was not proposed counting as"
    " no match. ECE: expected calibration error of the scores.\n"
)


def run_quality(options: Namespace) -> None:
    """Match every list, write quality.json and .md."""
    if options.lists is None:
        raise SystemExit("name the folder of the labelled lists: --lists DIR, or STORE_MATCHING_BENCHMARKS")
    folder = Path(options.lists).resolve()
    try:
        lists = labelled_lists(folder, options.only)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    results: dict[str, list[ListQuality]] = {"ours": []}
    if options.peer:
        results["Splink 5"] = []
    for given in lists:
        print(given.name, flush=True)
        results["ours"].append(match_list(given, options))
        if options.peer:
            results["Splink 5"].append(link_list(given, options))
    baselines = read_baselines(folder / "baselines.csv")
    result = {
        "benchmark": "quality",
        "machine": tables.machine(),
        "systems": {system: [asdict(each) for each in rows] for system, rows in results.items()},
        "baselines": baselines,
    }
    tables.write_results(options.results, "quality", result, quality_markdown(results, baselines))


def match_list(given: LabelledList, options: Namespace) -> ListQuality:
    """Ours, as a user runs it: scripts/match_files.py."""
    folder = WORK / "quality" / given.name / "ours"
    command = [PYTHON, SCRIPTS / "match_files.py", "--gi", given.gi, "--th", given.th, "--out", folder]
    command += ["--threads", str(options.threads), "--quiet"]
    cost = run_child("ours: match_files", command, folder.parent / "ours.log")
    return measure(given, folder, None, cost.seconds)


def link_list(given: LabelledList, options: Namespace) -> ListQuality:
    """The peer with its wide blocking: lists this small do not need the tight one."""
    folder = WORK / "quality" / given.name / "peer"
    run = run_peer(
        *(given.gi, given.th, folder),
        blocking="wide",
        threads=options.threads,
        memory=options.memory,
        keep_candidates=True,
    )
    write_peer_as_match(run, folder)
    return measure(given, folder, 100 * PEER_THRESHOLD, run.cost.seconds)


def read_baselines(path: Path) -> list[dict[str, str]]:
    """Rows of baselines.csv (dataset, method, figures), none when there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quality_markdown(results: dict[str, list[ListQuality]], baselines: list[dict[str, str]]) -> str:
    parts = []
    for system, rows in results.items():
        parts.append(f"### {system}\n\n" + tables.markdown_table(HEADER, [cells(each) for each in rows]))
    parts.append(EXPLANATION)
    if baselines:
        fixed, best = "one_to_one_f1_fixed_threshold", "one_to_one_f1_best_threshold"
        pair_fixed, pair_best = "pair_f1_fixed_threshold", "pair_f1_best_threshold"
        parts.append(
            "### One-to-one F1 at a fixed threshold (at the best one)\n\n"
            + comparison(results, baselines, ("f1", "best_threshold_f1"), (fixed, best))
        )
        parts.append(
            "### Pair F1 at a fixed threshold (at the best one)\n\n"
            + comparison(results, baselines, ("pair_f1", "best_threshold_pair_f1"), (pair_fixed, pair_best))
        )
    return "\n".join(parts)


def cells(each: ListQuality) -> list[Any]:
    """The cells of one table row, in the order of `HEADER`."""
    shares = (each.blocking_recall, each.precision, each.recall, each.f1, each.best_threshold_f1)
    more = (each.pair_f1, each.best_threshold_pair_f1)
    errors = (each.matches_calibration_error, each.pairs_calibration_error)
    return [
        *(each.name, each.candidate_pairs, each.candidate_pairs_per_gi_store),
        *(tables.share(value) for value in (*shares, *more, *errors)),
        tables.seconds(each.seconds),
    ]


def comparison(
    results: dict[str, list[ListQuality]],
    baselines: list[dict[str, str]],
    own: tuple[str, str],
    columns: tuple[str, str],
) -> str:
    """One row per list, one column per system and baseline method: fixed figure, the best one in brackets.

    own:     attributes of ListQuality with the fixed and the best figure; columns: the same in baselines.csv
    """
    figures: dict[tuple[str, str], str] = {}
    for system, rows in results.items():
        for each in rows:
            figures[each.name, system] = both(*(getattr(each, name) for name in own))
    for baseline in baselines:
        pair = (float(baseline[name]) if baseline[name] else None for name in columns)
        figures[baseline["dataset"], baseline["method"]] = both(*pair)
    names = [each.name for each in results["ours"]]
    methods = dict.fromkeys([*results, *(baseline["method"] for baseline in baselines)])
    shown = [method for method in methods if any(figures.get((name, method)) for name in names)]
    rows = [[name, *(figures.get((name, method)) for method in shown)] for name in names]
    return tables.markdown_table(["list", *shown], [each for each in rows if any(each[1:])])


def both(fixed: float | None, best: float | None) -> str:
    """'0.9100 (0.9300)'; a figure that is not known is a dash, both unknown nothing."""
    if fixed is None and best is None:
        return ""
    return f"{tables.share(fixed) or '–'} ({tables.share(best) or '–'})"
