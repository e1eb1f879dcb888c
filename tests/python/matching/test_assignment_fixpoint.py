"""The assignment reaches its fixpoint: unrolled rounds and looping fallback together equal a greedy loop in Python."""

import random

import pytest

CHAIN_STORES = 60
UNROLLED_ROUNDS = 12
PROPERTIES = "models: [{name: stg_assigned_pairs, config: {materialized: table}}]\n"

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
    """Function that runs stg_assigned_pairs over ranked pairs and returns its rows (gi, th, round)."""
    project = make_dbt_project(copy=("macros",))
    model = (repository / "models/staging/assign/stg_assigned_pairs.sql").read_text(encoding="utf-8")
    project.write("models/stg_assigned_pairs.sql", model)
    project.write("models/properties.yml", PROPERTIES)

    def run(ranked_pairs: list[Pair], assignment: str = "1:1") -> list[tuple[int, int, int]]:
        values = ", ".join(f"({gi}, {th}, {rank})" for rank, (gi, th) in enumerate(ranked_pairs, start=1))
        condition = "" if ranked_pairs else " where false"
        project.write(
            "models/stg_assignable_pairs.sql",
            "select gi_store_number, th_store_number, pair_rank, 60 as total_points, 99 as match_score"
            f" from (values {values or '(0, 0, 0)'}) as pairs(gi_store_number, th_store_number, pair_rank){condition}",
        )
        outcomes = project.build("--vars", str({"assignment": assignment}))
        assert {outcome.status for outcome in outcomes.values()} == {"success"}, outcomes
        return project.query("select gi_store_number, th_store_number, assignment_round from assigned_pairs")

    return run


@pytest.mark.parametrize("name", GRAPHS)
def test_assignment_equals_a_greedy_loop(name, assign):
    rows = assign(GRAPHS[name])
    assert len(rows) == len({row[:2] for row in rows})
    assert {row[:2] for row in rows} == greedy(GRAPHS[name])


def test_a_long_chain_needs_the_looping_fallback(assign):
    rounds = sorted(row[2] for row in assign(GRAPHS["chain"]))
    assert len(rounds) == CHAIN_STORES > 2 * UNROLLED_ROUNDS
    assert rounds[:UNROLLED_ROUNDS] == list(range(1, UNROLLED_ROUNDS + 1))
    assert rounds[UNROLLED_ROUNDS:] == list(range(1001, 1001 + CHAIN_STORES - UNROLLED_ROUNDS))


def test_n_to_1_gives_every_gi_store_its_best(assign):
    pairs = GRAPHS["sparse graph"]
    best = {}
    for gi, th in pairs:
        best.setdefault(gi, th)
    assert {row[:2] for row in assign(pairs, assignment="n:1")} == set(best.items())
