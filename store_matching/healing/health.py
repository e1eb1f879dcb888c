"""Whether the active release is so much worse than it was that everything should be matched anew."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from store_matching.lake import Lake
from store_matching.lake.released import open_release
from store_matching.ops import registry

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project.yml"
# Bands of the match score whose shares are compared, and the share that stands for an empty one.
BAND_WIDTH = 5
LEAST_SHARE = 0.0001
BUILDS_TO_TIME = 10


@dataclass
class Health:
    """What the check found of the active release.

    release_id:                     the active release
    baseline_release_id:            the release that it is compared with, None where there is no earlier one
    unmatched_share:                golden stores of one source alone, of all (0 to 1)
    score_drift:                    population stability index of the matches' scores against the baseline
    estimated_full_refresh_seconds: of the longest of the last full builds, None where none is recorded
    reasons:                        a sentence per threshold that is passed
    """

    release_id: int
    baseline_release_id: int | None
    unmatched_share: float
    score_drift: float
    estimated_full_refresh_seconds: float | None
    reasons: list[str] = field(default_factory=list)

    @property
    def critical(self) -> bool:
        """Whether a full refresh is due."""
        return bool(self.reasons)

    def as_json(self) -> dict[str, Any]:
        """Plain values, `critical` first."""
        return {"critical": self.critical} | vars(self)


def thresholds() -> dict[str, float]:
    """Return the critical thresholds, variables of dbt_project.yml."""
    variables = yaml.safe_load(PROJECT.read_text(encoding="utf-8"))["vars"]
    return {name: float(variables[name]) for name in ("critical_unmatched_share", "critical_score_drift")}


def check_health(lake: Lake, root: str | None, limits: dict[str, float]) -> Health:
    """Compare the active release with the thresholds and with the release that the last full refresh made.

    limits: critical_unmatched_share (0 to 1) and critical_score_drift
    Raises LakeError where nothing is released.
    """
    with open_release(root) as release:
        share = release.rows("select avg(case when match_status <> 'MATCHED' then 1.0 else 0.0 end) from gold.stores")
        scores = _score_shares(release.rows)
        active = release.release_id
    baseline = _baseline(lake, active)
    drift = 0.0
    if baseline is not None:
        with open_release(root, baseline) as release:
            drift = stability_index(_score_shares(release.rows), scores)
    health = Health(active, baseline, round(float(share[0][0] or 0.0), 6), round(drift, 6), _seconds(lake))
    if health.unmatched_share > limits["critical_unmatched_share"]:
        health.reasons.append(
            f"{health.unmatched_share:.1%} of the golden stores of release {active} have no partner, "
            f"more than {limits['critical_unmatched_share']:.1%}"
        )
    if health.score_drift > limits["critical_score_drift"]:
        health.reasons.append(
            f"the match scores of release {active} have drifted by {health.score_drift:.3f} from release {baseline}, "
            f"more than {limits['critical_score_drift']:.3f}"
        )
    return health


def stability_index(before: dict[int, float], after: dict[int, float]) -> float:
    """Return the population stability index of two distributions, shares by band: 0 where they are equal.

    Below 0.1 is called stable and above 0.25 a shift. Source: Siddiqi 2006, Credit Risk Scorecards.
    """
    total = 0.0
    for band in before.keys() | after.keys():
        old, new = max(before.get(band, 0.0), LEAST_SHARE), max(after.get(band, 0.0), LEAST_SHARE)
        total += (new - old) * math.log(new / old)
    return total


def _score_shares(rows: Any) -> dict[int, float]:
    counts = rows(
        f"""select cast(least(floor(match_score / {BAND_WIDTH}), {100 // BAND_WIDTH - 1}) as integer), count(*)
            from gold.stores where match_status = 'MATCHED' group by 1"""
    )
    total = sum(count for _, count in counts)
    return {band: count / total for band, count in counts}


def _baseline(lake: Lake, active: int) -> int | None:
    """The newest readable release before the active one that a full run made, else the one before."""
    earlier = [row["release_id"] for row in registry.restorable_releases(lake.ops) if row["release_id"] < active]
    if not earlier:
        return None
    full = lake.ops.rows(
        """select distinct r.release_id from releases as r
           inner join transformation_logs as l on r.run_id = l.run_id
           where l.run_reason <> 'the stores of the scope'"""
    )
    made_by_full = {row["release_id"] for row in full}
    return max((number for number in earlier if number in made_by_full), default=max(earlier))


def _seconds(lake: Lake) -> float | None:
    """Seconds of the longest of the last full builds."""
    rows = lake.ops.rows(
        """select (julianday(max(r.finished_at)) - julianday(min(r.started_at))) * 86400 as seconds
           from runs as r
           inner join (
               select distinct run_id from transformation_logs
               where run_reason <> 'the stores of the scope' and release_id is not null
           ) as full_runs on r.run_id = full_runs.run_id
           where r.command = 'build' and r.finished_at is not null
           group by r.run_id order by min(r.started_at) desc limit ?""",
        (BUILDS_TO_TIME,),
    )
    return round(max(row["seconds"] for row in rows), 1) if rows else None
