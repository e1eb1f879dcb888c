"""The assignment reaches its fixpoint: unrolled rounds and looping fallback together equal a greedy loop in Python."""

import random
import re

import pytest

CHAIN_STORES = 60
UNROLLED_ROUNDS = 12
# Store numbers are unique over both sources.
TH_NUMBERS = 1_000_000
WITHOUT_HOOK = re.compile(r"\{\{ config\(.*?\) \}\}\n", re.DOTALL)
PROPERTIES = "models: [{name: stg_taken_pairs, config: {materialized: table}}]\n"

Pair = tuple[int, int]


def chain(first_store: int) -> list[Pair]:
    """Pairs of a path g1-t1-g2-t2-…, the best first: each store prefers its successor, so each round takes one pair."""
    path = []
    for i in range(CHAIN_STORES):
        path.append((first_store + i, first_store + i))
        path.append((first_store + i + 1, first_store + i))
    return path[::-1]


def random_graph(first_store: int, stores: int, pairs: int, seed: int) -> list[Pair]:
    """Different random pairs of `stores` GI and `stores` TH stores, in random order."""
    source = random.Random(seed)
    every = [(first_store + g, first_store + t) for g in range(stores) for t in range(stores)]
    return source.sample(every, pairs)


def greedy(ranked_pairs: list[Pair]) -> set[Pair]:
    """Pairs taken one after the other, each whose stores are both still free."""
    taken: set[Pair] = set()
    gi_taken: set[int] = set()
    th_taken: set[int] = set()
    for gi, th in ranked_pairs:
        if gi not in gi_taken and th not in th_taken:
            taken.add((gi, th))
            gi_taken.add(gi)
            th_taken.add(th)
    return taken


GRAPHS = {
    "chain": chain(0),
    "sparse graph": random_graph(0, 60, 120, seed=1),
    "dense graph": random_graph(0, 40, 1500, seed=2),
    "crowded store": [(g, 0) for g in range(30)] + [(g, 1) for g in range(30)],
    "no pair": [],
}


@pytest.fixture(scope="module")
def assign(make_dbt_project, repository):
    """Function that runs stg_taken_pairs over ranked pairs and returns its rows (gi, th)."""
    project = make_dbt_project(copy=("macros",))
    model = (repository / "models/staging/assign/stg_taken_pairs.sql").read_text(encoding="utf-8")
    project.write("models/properties.yml", PROPERTIES)
    project.write(
        "models/stg_current_stores.sql",
        "select cast(number as integer) as store_number, 'key ' || number as store_key from ("
        f"select unnest(range(10000)) as number union all select {TH_NUMBERS} + unnest(range(10000))) as numbers",
    )

    # Named by the model, and read in a run of a scope alone.
    project.write("models/stg_scope_assignment.sql", "select 1 as store_number where false")

    def run(ranked_pairs: list[Pair], assignment: str = "1:1", with_fallback: bool = True) -> list[Pair]:
        project.write("models/stg_taken_pairs.sql", model if with_fallback else WITHOUT_HOOK.sub("", model))
        values = ", ".join(f"({gi}, {th}, {rank})" for rank, (gi, th) in enumerate(ranked_pairs, start=1))
        condition = "" if ranked_pairs else " where false"
        project.write(
            "models/stg_assignable_pairs.sql",
            f"select gi as gi_store_number, {TH_NUMBERS} + th as th_store_number, -pair_rank as total_points, "
            "99 as match_score, cast(null as integer) as distance_metres, cast(null as timestamp) as labelled_at "
            f"from (values {values or '(0, 0, 0)'}) as pairs(gi, th, pair_rank){condition}",
        )
        outcomes = project.build("--vars", str({"assignment": assignment}))
        assert {outcome.status for outcome in outcomes.values()} == {"success"}, outcomes
        return project.query(f"select gi_store_number, th_store_number - {TH_NUMBERS} from taken_pairs")

    return run


@pytest.mark.parametrize("name", GRAPHS)
def test_assignment_equals_a_greedy_loop(name, assign):
    rows = assign(GRAPHS[name])
    assert len(rows) == len(set(rows))
    assert set(rows) == greedy(GRAPHS[name])


def test_a_long_chain_needs_the_looping_fallback(assign):
    assert len(greedy(GRAPHS["chain"])) == CHAIN_STORES
    assert len(assign(GRAPHS["chain"], with_fallback=False)) == UNROLLED_ROUNDS < CHAIN_STORES


def test_n_to_1_gives_every_gi_store_its_best(assign):
    pairs = GRAPHS["sparse graph"]
    best = {}
    for gi, th in pairs:
        best.setdefault(gi, th)
    assert set(assign(pairs, assignment="n:1")) == set(best.items())
