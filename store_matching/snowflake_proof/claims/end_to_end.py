"""The flow, whole and small: build, publish, break, go back, lose a batch and recover it, a targeted run."""

from __future__ import annotations

from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.proof_rows import FIRST_BATCH, NAMES, batch, landing_statements
from store_matching.snowflake_proof.verdicts import Claim, Unmet

NEEDS = "OWNERSHIP of the scratch database, USAGE on the warehouse and on the external volume"
# Unit tests are about single rules, whatever the engine; data tests decide on publishing and are run.
BUILD = ("build", "--exclude-resource-type", "unit_test")
STORES = len(NAMES)
# Stores that TH alone has.
UNMATCHED = 4
LOST = "GI-2"
BROKEN = "GI-3"
# How many stores the broken batch says are closed.
CLOSED = 8
TARGETED = ("GI:GI000", "TH:TH001")


def first_build(proof: Proof) -> str:
    """An empty database is built and its first release published."""
    database = proof.scratch.database
    for statement in landing_statements(database):
        proof.session.run(statement)
    proof.session.run(batch(database, "GI", "GI-1", 0, FIRST_BATCH))
    proof.session.run(batch(database, "GI", LOST, FIRST_BATCH, STORES))
    proof.session.run(batch(database, "TH", "TH-1", 0, STORES + UNMATCHED, suffix=" Paris"))
    published(proof.project.dbt(proof.session, *BUILD), 1)
    return "built from nothing, release 1 published"


def published_release(proof: Proof) -> str:
    """MART says which release it shows, and has its stores."""
    release = shown_release(proof)
    stores = shown_stores(proof)
    matched = sum(1 for _, gi_store, th_store in stores if gi_store and th_store)
    if (release, matched) != (1, STORES):
        raise Unmet(f"MART shows release {release} with {matched} matched stores; release 1 with {STORES} was expected")
    proof.kept["first_stores"] = stores
    return f"MART shows release 1: {len(stores)} stores, {matched} of them matched"


def broken_release(proof: Proof) -> str:
    """A batch that is wrong is published like any other: that is what going back is for."""
    proof.session.run(batch(proof.scratch.database, "GI", BROKEN, 0, CLOSED, is_gone=True))
    published(proof.project.dbt(proof.session, *BUILD), 2)
    partners = stores_of_gi(proof)
    if len(partners) != STORES - CLOSED:
        raise Unmet(f"release 2 shows {len(partners)} stores of GI, {STORES - CLOSED} were expected")
    return f"release 2 has lost the {CLOSED} stores that the batch says are closed"


def rolled_back(proof: Proof) -> str:
    """rollback_release moves MART back, and holds publishing until lift_hold."""
    arguments = "{release_id: 1, reason: a proof}"
    proof.project.dbt(proof.session, "run-operation", "rollback_release", "--args", arguments)
    if shown_release(proof) != 1 or shown_stores(proof) != proof.kept["first_stores"]:
        raise Unmet(f"MART shows release {shown_release(proof)}, and not the stores that release 1 had")
    held = f"select is_held from {proof.scratch.database}.OPS.ACTIVE_RELEASE"
    if not proof.session.value(held):
        raise Unmet("publishing is not held after the rollback")
    proof.project.dbt(proof.session, "run-operation", "lift_hold", "--args", "{reason: a proof}")
    if proof.session.value(held):
        raise Unmet("publishing is still held after lift_hold")
    return "MART shows every store of release 1 again; publishing was held, and is not"


def lost_batch(proof: Proof) -> str:
    """A batch that RAW no longer has is missing in the next release, and nowhere else."""
    raw = f"{proof.scratch.database}.RAW.GI_STORES"
    proof.session.run(f"delete from {raw} where batch_id = '{BROKEN}'")
    proof.session.run(f"delete from {raw} where batch_id = '{LOST}'")
    proof.kept["loss"] = proof.session.statements[-1].query_id
    published(proof.project.dbt(proof.session, *BUILD), 3)
    partners = stores_of_gi(proof)
    if len(partners) != FIRST_BATCH:
        raise Unmet(f"release 3 shows {len(partners)} stores of GI, the {FIRST_BATCH} of batch GI-1 were expected")
    return f"release 3 shows the {FIRST_BATCH} stores of the batch that is left"


def read_before_the_loss(proof: Proof) -> str:
    """The rows of the batch are still read as they were before the statement that lost them."""
    raw = f"{proof.scratch.database}.RAW.GI_STORES"
    source = f"{raw} before(statement => '{proof.kept['loss']}')"
    found = int(proof.session.value(f"select count(*) from {source} where batch_id = '{LOST}'"))
    if found != STORES - FIRST_BATCH:
        raise Unmet(f"{found} rows of the batch are read, {STORES - FIRST_BATCH} were lost")
    return f"{found} rows, all that were lost"


def recovered_batch(proof: Proof) -> str:
    """The batch comes back once, though it is loaded twice, and the release shows what the first one showed."""
    database = proof.scratch.database
    for _ in range(2):
        proof.session.run(batch(database, "GI", LOST, FIRST_BATCH, STORES))
    rows = int(proof.session.value(f"select count(*) from {database}.RAW.GI_STORES where batch_id = '{LOST}'"))
    if rows != STORES - FIRST_BATCH:
        raise Unmet(f"the batch has {rows} rows after two tries, {STORES - FIRST_BATCH} were lost")
    published(proof.project.dbt(proof.session, *BUILD), 4)
    if shown_stores(proof) != proof.kept["first_stores"]:
        raise Unmet("release 4 does not show the stores and ids that release 1 showed")
    return f"{rows} rows came back once; release 4 shows the stores and ids of release 1"


def targeted_run(proof: Proof) -> str:
    """Stores that were asked for are matched again, alone, and their triggers consumed."""
    triggers = f"{proof.scratch.database}.OPS.REPROCESS_TRIGGERS"
    for store in TARGETED:
        proof.session.run(
            f"insert into {triggers} (trigger_id, store_key, priority, reason, trigger_status, attempts, created_at,"
            f" is_request) values ('{store}', '{store}', 100000, 'a proof', 'pending', 0, sysdate(), true)"
        )
    said = proof.project.dbt(proof.session, *BUILD)
    if "scope: every store" in said or f"those of {len(TARGETED)} triggers" not in said:
        raise Unmet(f"the run was not for {len(TARGETED)} triggers: {scope_of(said)}")
    # A release that would show nothing new is not published, and has consumed its triggers all the same.
    status = proof.session.run(f"select trigger_status from {triggers} where is_request order by store_key")
    if {row["trigger_status"] for row in status} != {"consumed"}:
        raise Unmet(f"the triggers are {', '.join(row['trigger_status'] for row in status)} after the run")
    return f"{scope_of(said)}; {len(TARGETED)} triggers consumed"


def published(said: str, release_id: int) -> None:
    """Raise Unmet unless dbt said that it published the release."""
    if f"release {release_id} published" not in said:
        reason = next((line for line in said.splitlines() if "nothing published" in line), "dbt said nothing of it")
        raise Unmet(f"release {release_id} was not published: {reason.strip()}")


def scope_of(said: str) -> str:
    """Return the line in which a run says what it covers."""
    return next((line[line.index("scope: ") :] for line in said.splitlines() if "scope: " in line), "no scope was told")


def shown_release(proof: Proof) -> int:
    """Return the release that MART shows."""
    return int(proof.session.value(f"select release_id from {proof.scratch.database}.MART.ACTIVE_RELEASE"))


def shown_stores(proof: Proof) -> list[tuple]:
    """Return golden id, GI store and TH store of each store that MART shows, in order."""
    columns = ("gold_store_id", "gi_store_id", "th_store_id")
    query = f"select {', '.join(columns)} from {proof.scratch.database}.MART.STORES order by gold_store_id"
    return [tuple(row[name] for name in columns) for row in proof.session.run(query)]


def stores_of_gi(proof: Proof) -> set[str]:
    """Return the GI stores that MART shows."""
    return {gi_store for _, gi_store, _ in shown_stores(proof) if gi_store}


def step(name: str, text: str, prove, *after: str) -> Claim:
    """Return a claim of the flow."""
    return Claim(name, "issue 6.3", text, NEEDS, prove, after)


CLAIMS = (
    step("build", "dbt build builds an empty database and publishes release 1", first_build),
    step("publish", "MART shows release 1, whole", published_release, "build"),
    step("break", "A wrong batch is published as release 2", broken_release, "publish"),
    step("roll_back", "rollback_release shows release 1 again and holds publishing", rolled_back, "break"),
    step("lose_batch", "A batch that is gone from RAW is missing in the next release", lost_batch, "roll_back"),
    step("read_before_loss", "Time travel reads the batch as it was before", read_before_the_loss, "lose_batch"),
    step("recover_batch", "The batch comes back exactly once, with the ids it had", recovered_batch, "lose_batch"),
    step("targeted_run", "A targeted run matches the stores that were asked for", targeted_run, "recover_batch"),
)
