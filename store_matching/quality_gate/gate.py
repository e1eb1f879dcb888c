"""The whole gate: match every list with both versions, compare, judge, write the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from store_matching.quality_gate.comparison import ListComparison, compare_lists
from store_matching.quality_gate.labelled_lists import LabelledList
from store_matching.quality_gate.limits import Limits, broken_limits
from store_matching.quality_gate.markdown import report_in_markdown
from store_matching.quality_gate.matching import match_list
from store_matching.quality_gate.project_version import checked_out, commit_of

REPORT = "comment.md"
FIGURES = "comparison.json"


@dataclass(frozen=True)
class Verdict:
    """What the gate found. broken: a sentence per limit that was broken; report: Markdown."""

    broken: tuple[str, ...]
    report: str


def check_match_quality(
    project: Path,
    base: str,
    lists: Sequence[LabelledList],
    limits: Limits,
    out: Path,
    progress: Callable[[str], None] = lambda line: None,
) -> Verdict:
    """Compare the project in `project` as it lies there with its version `base` and write the findings into `out`.

    comment.md is the report, comparison.json every figure and pair, matches/<list>/base and head the matches.
    Raises QualityGateError when one of them cannot be matched.
    """
    commit = commit_of(project, base)
    with checked_out(project, commit, out / "base_version") as base_project:
        comparisons = [
            _compare({"base": base_project, "head": project}, each, out / "matches" / each.name, progress)
            for each in lists
        ]
    broken = tuple(broken_limits(comparisons, limits))
    report = report_in_markdown(comparisons, broken, f"{base} ({commit[:12]})", _head_name(project))
    (out / REPORT).write_text(report, encoding="utf-8")
    figures = {"base": commit, "limits": asdict(limits), "broken": broken, "lists": [_figures(c) for c in comparisons]}
    (out / FIGURES).write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Verdict(broken, report)


def _compare(
    versions: dict[str, Path], given: LabelledList, out: Path, progress: Callable[[str], None]
) -> ListComparison:
    matches = {}
    for version, project in versions.items():
        progress(f"matching {given.name} with {version}")
        matches[version] = match_list(project, given, out / version)
    return compare_lists(given, matches["base"], matches["head"])


def _head_name(project: Path) -> str:
    commit = commit_of(project, "HEAD")[:12]
    return f"the working folder (HEAD {commit})"


def _figures(comparison: ListComparison) -> dict:
    return asdict(comparison) | {"base": comparison.base.as_dict(), "head": comparison.head.as_dict()}
