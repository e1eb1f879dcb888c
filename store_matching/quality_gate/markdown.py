"""The gate's verdict as Markdown: a comment of a pull request, readable in a terminal too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from store_matching.evaluation import PairCounts
from store_matching.quality_gate.comparison import ListComparison, PairChange

SHOWN_PAIRS = 25
SHOWN_CHARACTERS = 60
# What Markdown, HTML or GitHub would take for markup, a link or a mention: names come out of other people's files.
MARKUP = re.compile(r"[\\`*\[\]<>#|~&@:]|(?<=www)\.")


def report_in_markdown(comparisons: Sequence[ListComparison], broken: Sequence[str], base: str, head: str) -> str:
    """Return the report.

    broken: sentences of `broken_limits`; base, head: what was compared, for the heading
    """
    verdict = "fell" if broken else "holds"
    lines = [
        f"### Match quality {verdict}",
        "",
        f"`{base}` against `{head}`, on {_count(len(comparisons), 'list')}.",
        "",
    ]
    lines += [f"- {sentence}" for sentence in broken] + [""] * bool(broken)
    lines += [
        "| list | precision | recall | F1 | right | wrong | missed | gained | lost |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_row(each) for each in comparisons),
        "",
    ]
    for each in comparisons:
        for title, changes, is_good in (("Gained", each.gained, True), ("Lost", each.lost, False)):
            lines += _table(f"{title} on {each.name}", changes, true_is_good=is_good)
    if not any(each.gained or each.lost for each in comparisons):
        lines.append("No pair was gained or lost.")
    return "\n".join(lines).rstrip() + "\n"


def _row(each: ListComparison) -> str:
    shares = [_shares(getattr(each.base, name), getattr(each.head, name)) for name in ("precision", "recall", "f1")]
    counts = [_numbers(each.base, each.head, name) for name in ("true_positives", "false_positives", "false_negatives")]
    return f"| {each.name} | {' | '.join(shares + counts)} | {len(each.gained)} | {len(each.lost)} |"


def _shares(base: float | None, head: float | None) -> str:
    before, after = (("–" if value is None else f"{value:.4f}") for value in (base, head))
    if before == after:
        return after
    return f"{before} → {after} ({(head or 0.0) - (base or 0.0):+.4f})"


def _numbers(base: PairCounts, head: PairCounts, name: str) -> str:
    before, after = getattr(base, name), getattr(head, name)
    return f"{after:,}" if before == after else f"{before:,} → {after:,}"


def _table(title: str, changes: Sequence[PairChange], *, true_is_good: bool) -> list[str]:
    """A folded table; what is worse than before comes first."""
    if not changes:
        return []
    right = sum(change.is_true for change in changes)
    ordered = sorted(changes, key=lambda change: change.is_true == true_is_good)
    lines = [
        f"<details><summary>{title}: {right:,} right, {len(changes) - right:,} wrong</summary>",
        "",
        "| pair | GI | TH | score before | score after |",
        "| --- | --- | --- | --- | --- |",
    ]
    for change in ordered[:SHOWN_PAIRS]:
        cells = (
            "right" if change.is_true else "**wrong**",
            _store(change.gi_id, change.gi_name),
            _store(change.th_id, change.th_name),
            _score(change.base_score),
            _score(change.head_score),
        )
        lines.append(f"| {' | '.join(cells)} |")
    if len(changes) > SHOWN_PAIRS:
        lines += ["", f"{len(changes) - SHOWN_PAIRS:,} more in `comparison.json`."]
    return [*lines, "", "</details>", ""]


def _store(identifier: str, name: str | None) -> str:
    return escaped(identifier) if name is None else f"{escaped(name)} ({escaped(identifier)})"


def escaped(text: str) -> str:
    """Return text from a file so that Markdown shows it as it is: one line, shortened, nothing that acts."""
    line = " ".join(text.split())
    short = line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1] + "…"
    return MARKUP.sub(lambda found: f"&#{ord(found[0])};", short)


def _score(score: float | None) -> str:
    return "not proposed" if score is None else f"{score:.1f}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
