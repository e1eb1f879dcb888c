"""Quality of one system on one labelled list, measured by the project's own evaluation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from store_matching.evaluation import Evaluation, EvaluationInputs, evaluate

from .peer import PeerRun

TEST_SPLIT = "test"


@dataclass(frozen=True)
class LabelledList:
    """A folder with gi.csv, th.csv, truth.csv and, where single pairs were labelled, pairs.csv."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def gi(self) -> Path:
        return self.folder / "gi.csv"

    @property
    def th(self) -> Path:
        return self.folder / "th.csv"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.csv"

    @property
    def pairs(self) -> Path | None:
        path = self.folder / "pairs.csv"
        return path if path.is_file() else None

    def split(self) -> str | None:
        """The split to test on: 'test' where the labelled pairs are divided, else all of them (None)."""
        if self.pairs is None:
            return None
        with duckdb.connect() as connection:
            table = connection.from_csv_auto(str(self.pairs), header=True, all_varchar=True)
            has_test = "split" in table.columns and table.filter(f"split = '{TEST_SPLIT}'").limit(1).fetchall()
        return TEST_SPLIT if has_test else None


def labelled_lists(folder: Path, only: Iterable[str] | None = None) -> list[LabelledList]:
    """The labelled lists in `folder`, by name; `only` restricts them.

    Raises `ValueError` when there is none, or one of `only` is not there.
    """
    found = {path.parent.name: LabelledList(path.parent) for path in sorted(folder.glob("*/truth.csv"))}
    if not found:
        raise ValueError(f"{folder}: no folder in it has a truth.csv; expected <list>/gi.csv, th.csv, truth.csv")
    wanted = list(only or found)
    if unknown := [name for name in wanted if name not in found]:
        raise ValueError(f"no list {', '.join(unknown)} in {folder}; there are: {', '.join(found)}")
    return [found[name] for name in wanted]


@dataclass(frozen=True)
class ListQuality:
    """One system on one list: a table row. Shares are 0 to 1, None where nothing was labelled."""

    name: str
    candidate_pairs: int
    candidate_pairs_per_gi_store: float
    blocking_recall: float
    precision: float
    recall: float
    f1: float
    best_threshold_f1: float
    pair_f1: float | None
    best_threshold_pair_f1: float | None
    matches_calibration_error: float | None
    pairs_calibration_error: float | None
    seconds: float


def measure(given: LabelledList, folder: Path, threshold: float | None, seconds: float) -> ListQuality:
    """Evaluate the files of one match, `store_matches.csv` and `scored_pairs.parquet` in `folder`.

    threshold: match score (0 to 100) of a match; None reads it from summary.json beside them
    """
    inputs = EvaluationInputs(
        matches=folder / "store_matches.csv",
        truth=given.truth,
        pairs=folder / "scored_pairs.parquet",
        labelled=given.pairs,
        split=given.split(),
        threshold=threshold,
    )
    return row(given.name, evaluate(inputs), best_one_to_one_f1(given, folder), seconds)


def row(name: str, evaluation: Evaluation, best_f1: float, seconds: float) -> ListQuality:
    labelled, blocking = evaluation.labelled, evaluation.blocking
    pairs_calibration = evaluation.labelled_calibration
    return ListQuality(
        name=name,
        candidate_pairs=blocking.candidate_pairs,
        candidate_pairs_per_gi_store=round(blocking.candidate_pairs_per_gi_store or 0.0, 1),
        blocking_recall=blocking.recall or 0.0,
        precision=evaluation.matches.precision or 0.0,
        recall=evaluation.matches.recall or 0.0,
        f1=evaluation.matches.f1 or 0.0,
        best_threshold_f1=best_f1,
        pair_f1=labelled and labelled.counts.f1,
        best_threshold_pair_f1=labelled and labelled.best_counts.f1,
        matches_calibration_error=evaluation.calibration.expected_calibration_error,
        pairs_calibration_error=pairs_calibration and pairs_calibration.expected_calibration_error,
        seconds=round(seconds, 1),
    )


def best_one_to_one_f1(given: LabelledList, folder: Path) -> float:
    """F1 of the one-to-one choice at the threshold where it is highest: an upper bound, chosen by the truth.

    Takes pairs as the assignment does: by falling total_points, then the nearer one, then by id; duplicates
    that were linked inside a list take no part.
    """
    linked = folder / "linked_duplicates.csv"
    with duckdb.connect() as connection:
        for side, path in (("gi", given.gi), ("th", given.th)):
            stores = connection.read_csv(str(path), header=True, all_varchar=True)
            stores.project("id, try_cast(lat as double) as lat, try_cast(lon as double) as lon").create(side)
        connection.execute("create table linked (source varchar, id varchar)")
        if linked.is_file():
            connection.read_csv(str(linked), header=True, all_varchar=True).project("source, id").insert_into("linked")
        pairs = connection.execute(
            """select pairs.gi_id, pairs.th_id, pairs.total_points
            from read_parquet(?) as pairs
            inner join gi on pairs.gi_id = gi.id
            inner join th on pairs.th_id = th.id
            where pairs.gi_id not in (select id from linked where source = 'GI')
                and pairs.th_id not in (select id from linked where source = 'TH')
            order by total_points desc,
                (gi.lat - th.lat) ** 2 + ((gi.lon - th.lon) * cos(radians(gi.lat))) ** 2 nulls last,
                pairs.gi_id, pairs.th_id""",
            [str(folder / "scored_pairs.parquet")],
        ).fetchall()
        known = connection.execute(
            "select distinct gi_id, th_id from read_csv(?, header = true, all_varchar = true)",
            [str(given.truth)],
        ).fetchall()
    return highest_f1(pairs, set(known))


def highest_f1(pairs: list[tuple[str, str, float]], known: set[tuple[str, str]]) -> float:
    """Highest F1 over all thresholds of greedy one-to-one `pairs`, which come by falling score."""
    taken_gi: set[str] = set()
    taken_th: set[str] = set()
    proposed = correct = 0
    best = 0.0
    for index, (gi_id, th_id, score) in enumerate(pairs):
        if gi_id not in taken_gi and th_id not in taken_th:
            taken_gi.add(gi_id)
            taken_th.add(th_id)
            proposed += 1
            correct += (gi_id, th_id) in known
        # A threshold lies between two scores, never between pairs of the same score.
        if index + 1 == len(pairs) or pairs[index + 1][2] != score:
            best = max(best, 2 * correct / (proposed + len(known)))
    return best


def write_peer_as_match(run: PeerRun, folder: Path) -> None:
    """Write the peer's result as the files of a match of ours: store_matches.csv, scored_pairs.parquet.

    match_score is the peer's probability times 100, total_points its match weight.
    """
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (
                select gi_id, th_id, match_probability::double * 100 as match_score, 'MATCHED' as status
                from read_csv('{run.pairs}', header = true, all_varchar = true)
                union all
                select id, null, null, 'GI_ONLY' from read_csv('{run.gi}', header = true, all_varchar = true)
                where id not in (select gi_id from read_csv('{run.pairs}', header = true, all_varchar = true))
            ) to '{folder / "store_matches.csv"}' (format csv, header)"""
        )
        connection.execute(
            f"""copy (
                select gi_id, th_id, match_probability * 100 as match_score, match_weight as total_points
                from read_parquet('{run.candidates}')
            ) to '{folder / "scored_pairs.parquet"}' (format parquet)"""
        )
