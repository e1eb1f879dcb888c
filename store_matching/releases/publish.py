"""Publish a run: write what changed as a candidate, test it, and make it the active release in one step."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import duckdb

from store_matching.lake import Lake, LakeError
from store_matching.ops import registry
from store_matching.releases.ledger import bring_ledger_up_to_date
from store_matching.releases.mart_views import (
    CANDIDATE,
    drop_candidate_views,
    pinned_sql,
    render_views,
    scans_of,
    told_as_moved,
    without_pins,
)
from store_matching.releases.publisher_lock import publisher_lock
from store_matching.releases.types import CandidateTest, MartView, ReleasedModel, WrittenTable
from store_matching.releases.write_table import write_table

GOLDEN_STORES = "gold.stores"
STAMP = "store-matching."


@dataclass(frozen=True)
class Publication:
    """What publishing did.

    release_id:   the new release, None where nothing was published
    reason:       one line: why nothing was published
    tables:       as they are in the release
    move_seconds: from the files being committed to MART showing the release
    """

    release_id: int | None
    reason: str | None = None
    base_release_id: int | None = None
    tables: tuple[WrittenTable, ...] = ()
    seconds: float = 0.0
    write_seconds: float = 0.0
    move_seconds: float = 0.0


def publish(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    models: list[ReleasedModel],
    views: list[MartView],
    tests: list[CandidateTest],
    *,
    run_id: str,
    base_release_id: int | None,
    facts: dict[str, Any],
) -> Publication:
    """Publish the models as one release: all or nothing.

    connection:      a cursor of the dbt database, outside a transaction, extensions loaded
    tests:           data tests of the views, run on the candidate before MART moves
    base_release_id: the release that was active when the run started
    facts:           further columns of OPS.releases (RAW snapshots, git sha, logic version, tests passed, …)
    Returns without a release when publishing is held or no row differs from the base.
    Raises LakeError when anything fails; MART then shows what it showed before.
    """
    started = time.perf_counter()
    with publisher_lock(lake):
        active = registry.active_release(lake.ops)
        if active["is_held"]:
            return Publication(None, registry.held_message(active))
        if active["release_id"] != base_release_id:
            raise LakeError(
                f"release {active['release_id']} became active while this run was measured against release "
                f"{base_release_id}; nothing was published\n  what to do: run dbt build again"
            )
        registry.abandon_candidates(lake.ops, "its publisher died")
        release_id = registry.add_candidate(lake.ops, run_id, base_release_id, facts)
        try:
            return _publish_candidate(
                lake, connection, models, views, tests, release_id, run_id, base_release_id, started
            )
        except BaseException as error:
            registry.abandon(lake.ops, release_id, str(error).splitlines()[0] if str(error) else repr(error))
            raise


def _publish_candidate(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    models: list[ReleasedModel],
    views: list[MartView],
    tests: list[CandidateTest],
    release_id: int,
    run_id: str,
    base_release_id: int | None,
    started: float,
) -> Publication:
    stamps = {f"{STAMP}release-id": str(release_id), f"{STAMP}run-id": run_id}
    tables = {model.table_name: write_table(lake, connection, model, stamps) for model in models}
    scans = scans_of(tables, {model.table_name: model.relation for model in models})
    rendered = {view.name: pinned_sql(connection, view, scans) for view in views}
    written = time.perf_counter()
    if base_release_id is not None and _is_unchanged(lake, base_release_id, tables, rendered):
        registry.discard_candidate(lake.ops, release_id)
        return Publication(
            None,
            f"no row differs from release {base_release_id}",
            base_release_id,
            tuple(tables.values()),
            seconds=time.perf_counter() - started,
            write_seconds=written - started,
        )
    registry.complete_candidate(lake.ops, release_id, tables.values(), rendered, tables[GOLDEN_STORES].row_count)
    _test_candidate(connection, views, rendered, tests)
    tested = time.perf_counter()
    registry.activate(lake.ops, release_id, base_release_id)
    with told_as_moved(release_id):
        render_views(connection, rendered)
        moved = time.perf_counter()
        bring_ledger_up_to_date(lake, connection)
    return Publication(
        release_id,
        None,
        base_release_id,
        tuple(tables.values()),
        seconds=time.perf_counter() - started,
        write_seconds=written - started,
        move_seconds=moved - tested,
    )


def _is_unchanged(lake: Lake, base: int, tables: dict[str, WrittenTable], views: dict[str, str]) -> bool:
    """Whether a release would show nothing that the base does not show."""
    digests = {name: table.content_digest for name, table in registry.release_tables(lake.ops, base).items()}
    if digests != {name: table.content_digest for name, table in tables.items()}:
        return False
    before = registry.release_views(lake.ops, base)
    return {name: without_pins(sql) for name, sql in before.items()} == {
        name: without_pins(sql) for name, sql in views.items()
    }


def _test_candidate(
    connection: duckdb.DuckDBPyConnection, views: list[MartView], rendered: dict[str, str], tests: list[CandidateTest]
) -> None:
    render_views(connection, rendered, CANDIDATE)
    try:
        for test in tests:
            sql = test.sql
            for view in views:
                sql = sql.replace(view.relation, f'{CANDIDATE}."{view.name}"')
            try:
                failures = connection.execute(f"select {test.fail_calc} from ({sql}) as failures").fetchone()[0]
            except duckdb.Error as error:
                raise LakeError(
                    f"test {test.name} cannot be run on the candidate: {str(error).splitlines()[0]}"
                ) from error
            if failures:
                raise LakeError(
                    f"test {test.name} found {failures} failures in the candidate; MART was not moved\n"
                    "  what to do: mend the model that the test names, then run dbt build again"
                )
    finally:
        drop_candidate_views(connection)
