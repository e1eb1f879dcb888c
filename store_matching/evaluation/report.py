"""An evaluation in words and tables, for a terminal."""

from __future__ import annotations

from store_matching.evaluation.breakdown import Breakdown, ExamplePair
from store_matching.evaluation.calibration import Calibration
from store_matching.evaluation.counts import PairCounts
from store_matching.evaluation.evaluate import Evaluation

SHOWN_ROWS = 6
SHOWN_EXAMPLES = 1
SHOWN_COUNTRIES = 12


def describe_evaluation(evaluation: Evaluation) -> str:
    """Return the whole evaluation as text."""
    lines = ["Matches against the truth", *_counts(evaluation.matches)]
    known = evaluation.known_stores
    if known != evaluation.matches:
        lines.append(
            f"  of stores that the truth names: precision {_share(known.precision)}, {known.false_positives:,} wrong"
        )
    if evaluation.unknown_true_pairs:
        lines.append(f"  {evaluation.unknown_true_pairs:,} true pairs name a store that is in no output")
    lines += _blocking(evaluation) + _labelled(evaluation)
    lines += ["", "Calibration of the assigned pairs", *_calibration(evaluation.calibration)]
    if evaluation.labelled_calibration is not None:
        lines += ["", "Calibration of the labelled pairs", *_calibration(evaluation.labelled_calibration)]
    for title, breakdowns in (
        ("Wrong pairs (false positives)", evaluation.mistakes.false_positives),
        ("Missed pairs (false negatives)", evaluation.mistakes.false_negatives),
    ):
        if any(breakdown.rows for breakdown in breakdowns):
            lines += ["", title]
            for breakdown in breakdowns:
                lines += _breakdown(breakdown)
    return "\n".join(lines + _countries(evaluation))


def _counts(counts: PairCounts) -> list[str]:
    return [
        f"  precision {_share(counts.precision)}   recall {_share(counts.recall)}   F1 {_share(counts.f1)}",
        f"  {counts.true_positives:,} right, {counts.false_positives:,} wrong, {counts.false_negatives:,} missed",
    ]


def _blocking(evaluation: Evaluation) -> list[str]:
    blocking = evaluation.blocking
    if blocking is None:
        return []
    per_store = blocking.candidate_pairs_per_gi_store
    cost = "" if per_store is None else f", {per_store:.1f} per GI store"
    return [
        "",
        "Blocking",
        f"  recall {_share(blocking.recall)}: {blocking.true_pairs_proposed:,} of {blocking.true_pairs:,} "
        "true pairs proposed",
        f"  {blocking.candidate_pairs:,} candidate pairs{cost}",
    ]


def _labelled(evaluation: Evaluation) -> list[str]:
    labelled = evaluation.labelled
    if labelled is None:
        return []
    split = "" if labelled.split is None else f", split {labelled.split}"
    best = labelled.best_counts
    return [
        "",
        f"Labelled pairs{split}: {labelled.pairs:,}, {labelled.true_pairs:,} of them true, "
        f"threshold {labelled.threshold:g}",
        *_counts(labelled.counts),
        f"  {labelled.not_proposed:,} were not proposed ({labelled.true_not_proposed:,} of them true) "
        "and count as no match",
        f"  best F1 {_share(best.f1)} at threshold {labelled.best_threshold:.1f}, chosen on these pairs",
    ]


def _calibration(calibration: Calibration) -> list[str]:
    if not calibration.pairs:
        return ["  no pairs"]
    lines = [f"  {'score':>10}{'pairs':>10}{'mean':>8}{'right':>8}"]
    for band in calibration.bands:
        lines.append(
            f"  {f'{band.low:g}-{band.high:g}':>10}{band.pairs:>10,}{100 * band.mean_score:>8.1f}"
            f"{100 * band.share_true:>8.1f}"
        )
    lines.append(
        f"  expected calibration error {calibration.expected_calibration_error:.4f}, "
        f"Brier score {calibration.brier_score:.4f}"
    )
    return lines


def _breakdown(breakdown: Breakdown) -> list[str]:
    if not breakdown.rows:
        return []
    lines = [f"  {breakdown.title}"]
    for row in breakdown.rows[:SHOWN_ROWS]:
        correct = "" if row.share_of_correct is None else f" (of right pairs {100 * row.share_of_correct:.0f} %)"
        lines.append(f"    {row.errors:>7,}  {100 * row.share_of_errors:>3.0f} %  {row.property}{correct}")
        lines += [f"               e.g. {_example(example)}" for example in row.examples[:SHOWN_EXAMPLES]]
    if len(breakdown.rows) > SHOWN_ROWS:
        lines.append(f"             {len(breakdown.rows) - SHOWN_ROWS} more in the JSON file")
    return lines


def _example(example: ExamplePair) -> str:
    names = (
        ""
        if example.gi_name is None and example.th_name is None
        else (f": {_one_line(example.gi_name)} / {_one_line(example.th_name)}")
    )
    score = "" if example.match_score is None else f" ({example.match_score:.1f})"
    return f"{_one_line(example.gi_id)} - {_one_line(example.th_id)}{names}{score}"


def _one_line(text: str | None) -> str:
    return "?" if text is None else " ".join(text.split())[:60]


def _countries(evaluation: Evaluation) -> list[str]:
    countries = evaluation.mistakes.countries
    if len(countries) < 2:
        return []
    lines = ["", "By country of the GI store", f"  {'':<20}{'right':>8}{'wrong':>8}{'missed':>8}{'F1':>8}"]
    for country in countries[:SHOWN_COUNTRIES]:
        counts = PairCounts(country.true_positives, country.false_positives, country.false_negatives)
        lines.append(
            f"  {country.country[:20]:<20}{counts.true_positives:>8,}{counts.false_positives:>8,}"
            f"{counts.false_negatives:>8,}{_share(counts.f1):>8}"
        )
    if len(countries) > SHOWN_COUNTRIES:
        lines.append(f"  {len(countries) - SHOWN_COUNTRIES} more in the JSON file")
    return lines


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
