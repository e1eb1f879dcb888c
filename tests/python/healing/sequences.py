"""Random sequences of what happens to a project, for the equivalence tests."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from store_matching.healing.triggers import request

from .matching_project import MatchingProject

if TYPE_CHECKING:
    from .conftest import Copies

# 2 sequences in `make test`, one of them with failures; 20 by `make test-sequences`, 200 by `make test-equivalence`.
SEQUENCES = int(os.environ.get("EQUIVALENCE_SEQUENCES", "2")) // 2
IN_CI = 10
LONGEST = 2 if SEQUENCES <= IN_CI else 6
BROKEN = "-- depends_on: {{ ref('stg_current_stores') }}\nselect error('broken for a test') as x"
BREAKABLE = (
    "models/staging/clean/stg_stores.sql",
    "models/staging/compare/stg_pair_scores.sql",
    "models/staging/assign/stg_store_matches.sql",
    "models/gold/gold_store_crosswalk.sql",
)

Step = tuple[str, int, object]
seeds = st.integers(0, 2**20)
CHANGES = (
    st.tuples(st.just("load"), seeds, st.integers(1, 12)),
    st.tuples(st.just("late load"), seeds, st.integers(1, 6)),
    st.tuples(st.just("label"), seeds, st.sampled_from(["match", "no_match", "none"])),
    st.tuples(st.just("request"), seeds, st.integers(1, 10)),
)
RUNS = (st.tuples(st.sampled_from(["build", "run"]), st.just(0), st.just(0)),)
FAILURES = (
    st.tuples(st.just("broken build"), seeds, st.sampled_from(BREAKABLE)),
    st.tuples(st.just("killed build"), seeds, st.just(0)),
)


def play(project: MatchingProject, step: Step) -> None:
    """Do one step."""
    kind, seed, value = step
    if kind in ("load", "late load"):
        project.change(seed, value, late=kind == "late load")
    elif kind == "label":
        project.label(seed, value)
    elif kind == "request":
        keys = [f"{source}:{row[0]}" for source in ("GI", "TH") for row in project.stores(source)]
        request(project.lake.ops, random.Random(seed).sample(keys, value), "a test", "batch")
    elif kind == "broken build":
        project.change(seed, 4)
        project.write_model(value, BROKEN)
        try:
            assert project.start("build").wait() != 0
        finally:
            project.write_model(value, None)
    elif kind == "killed build":
        project.change(seed, 4)
        process = project.start("build")
        time.sleep(random.Random(seed).uniform(2, 7))
        process.kill()
    else:
        project.dbt(kind)


def check_sequences(copies: Copies, steps: tuple) -> None:
    """Play random sequences of the steps, each on a fresh project, and compare what is left with a full refresh.

    Raises AssertionError, with the shortest sequence found, where a row of STAGING, GOLD or DIAGNOSTICS differs.
    """

    @settings(
        max_examples=SEQUENCES,
        deadline=None,
        derandomize=SEQUENCES <= IN_CI,
        database=None,
        suppress_health_check=list(HealthCheck),
        # A run takes seconds, so that shrinking would take an hour: CI names the sequence that failed as it is.
        phases=[Phase.generate] if SEQUENCES <= IN_CI else list(Phase),
    )
    @given(st.lists(st.one_of(*steps), min_size=2, max_size=LONGEST))
    def sequences(sequence: list[Step]) -> None:
        project = copies.fresh()
        for step in sequence:
            play(project, step)
        project.dbt("build")
        assert project.differences_from_full_refresh() == {}, sequence

    sequences()
