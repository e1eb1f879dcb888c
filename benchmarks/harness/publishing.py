"""Benchmark `publishing`: a real build published whole, after changes of one region or scattered ones, and back."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from store_matching.lake import Lake, load_extensions, open_lake
from store_matching.ops import registry
from store_matching.releases.publish import Publication, publish
from store_matching.releases.rollback import rollback
from store_matching.releases.types import MartView, ReleasedModel

from . import tables
from .layout import WORK
from .pipeline import generate, run_pipeline

CHANGED_SHARE = 0.01
# Pairs of rollbacks, there and back.
ROLLBACKS = 5
# What the change of a store touches, table by table: every table that has rows of stores.
CHANGES = {
    "gold.stores": "store_name = store_name || '.'",
    "gold.store_crosswalk": "match_status = lower(match_status)",
    "staging.store_matches": "logic_version = logic_version || '.'",
    "diagnostics.unmatched_stores": "failure_cause = failure_cause || '.'",
    "diagnostics.best_pairs": "total_points = total_points + 1",
}


@dataclass(frozen=True)
class Published:
    """One publication.

    seconds:       all of it; `write_seconds` of them until the files were committed
    move_seconds:  from there until MART showed the release, without the tests of the candidate
    changed_stores: golden stores whose row changed
    """

    change: str
    changed_stores: int
    seconds: float
    write_seconds: float
    move_seconds: float
    files: int
    bytes: int


def run_publishing(options: Namespace) -> None:
    """Build `options.stores` per list, publish, and write publishing_<size>.json and .md."""
    label = tables.size_label(options.stores)
    lists, _ = generate(options.stores, options.seed, WORK / f"stores_{label}_{options.seed}")
    folder = WORK / f"publishing_{label}"
    run = run_pipeline(*(lists.gi, lists.th, folder), threads=options.threads, memory=options.memory)
    models, views = released_parts(folder / "target")
    shutil.rmtree(folder / "lake", ignore_errors=True)
    lake = open_lake(folder / "lake")
    with duckdb.connect(str(run.database)) as connection:
        connection.execute(f"set threads = {options.threads}")
        connection.execute(f"set memory_limit = '{options.memory}'")
        load_extensions(connection)
        measured = measure(lake, connection, models, views)
        moves = measure_rollbacks(lake, connection)
    result = {
        "benchmark": "publishing",
        "stores": options.stores,
        "threads": options.threads,
        "machine": tables.machine(),
        "publications": [asdict(found) for found in measured],
        "rollback_milliseconds": [round(seconds * 1000, 1) for seconds in moves],
    }
    tables.write_results(options.results, f"publishing_{label}", result, publishing_markdown(result))


def released_parts(target: Path) -> tuple[list[ReleasedModel], list[MartView]]:
    """Return the released models and MART views of a build, from dbt's manifest."""
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    ours = [node for node in nodes if node["resource_type"] == "model"]
    models = [
        ReleasedModel(
            f"{node['schema']}.{node['alias']}".lower(), node["relation_name"], node["config"]["meta"].get("cluster_by")
        )
        for node in ours
        if node["config"]["meta"].get("released")
    ]
    views = [
        MartView(node["alias"], node["relation_name"], node["compiled_code"])
        for node in ours
        if node["config"]["materialized"] == "pinned_view"
    ]
    return models, views


def measure(
    lake: Lake, connection: duckdb.DuckDBPyConnection, models: list[ReleasedModel], views: list[MartView]
) -> list[Published]:
    """Publish the whole, nothing, a region, and scattered stores."""
    golden = connection.execute("select count(*) from GOLD.stores").fetchone()[0]
    found = [_published("everything, first release", golden, _publish(lake, connection, models, views))]
    unchanged = _publish(lake, connection, models, views)
    found.append(_published("nothing (no release)", 0, unchanged))
    region = _region(connection, golden)
    changed = _change(connection, models, region)
    found.append(_published("1 % of the stores, in one region", changed, _publish(lake, connection, models, views)))
    changed = _change(connection, models, "hash(place_key) % 100 = 7")
    found.append(_published("1 % of the places, at random", changed, _publish(lake, connection, models, views)))
    changed = _change(connection, models, "true")
    found.append(_published("every store", changed, _publish(lake, connection, models, views)))
    return found


def measure_rollbacks(lake: Lake, connection: duckdb.DuckDBPyConnection) -> list[float]:
    """Go back and forth between the last two releases; seconds that MART took to move."""
    last = [row["release_id"] for row in lake.ops.rows("select release_id from releases order by release_id desc")]
    moves = []
    for _ in range(ROLLBACKS):
        for release_id in (last[1], last[0]):
            with connection.cursor() as cursor:
                moves.append(rollback(lake, cursor, release_id, "benchmark").move_seconds)
    registry.lift_hold(lake.ops, "benchmark")
    return moves


def publishing_markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    whole = result["publications"][0]
    rows = [
        [
            found["change"],
            found["changed_stores"],
            tables.seconds(found["seconds"]),
            f"{found['seconds'] / whole['seconds']:.1%}",
            f"{found['bytes'] / 1e6:.1f}",
            f"{found['bytes'] / whole['bytes']:.1%}",
            found["files"],
            round(found["move_seconds"] * 1000),
        ]
        for found in result["publications"]
    ]
    header = ["change", "golden stores", "seconds", "of the first", "MB", "of the first", "files", "MART moves, ms"]
    slowest = max(result["rollback_milliseconds"])
    return (
        f"Publishing a build of {result['stores']:,} with {result['stores']:,} stores, {result['threads']} threads"
        f" ({tables.machine_line(result['machine'])}).\n\n"
        + tables.markdown_table(header, rows)
        + f"\nRolling back moves MART in at most {slowest:.0f} ms ({len(result['rollback_milliseconds'])} times).\n"
    )


def _publish(
    lake: Lake, connection: duckdb.DuckDBPyConnection, models: list[ReleasedModel], views: list[MartView]
) -> Publication:
    base = registry.active_release(lake.ops)["release_id"]
    with connection.cursor() as cursor:
        return publish(lake, cursor, models, views, [], run_id="benchmark", base_release_id=base, facts={})


def _published(change: str, changed: int, publication: Publication) -> Published:
    return Published(
        change,
        changed,
        round(publication.seconds, 3),
        round(publication.write_seconds, 3),
        round(publication.move_seconds, 4),
        sum(table.files_written for table in publication.tables),
        sum(table.bytes_written for table in publication.tables),
    )


def _region(connection: duckdb.DuckDBPyConnection, golden: int) -> str:
    """Condition of the places, one beside the other, that hold a hundredth of the golden stores."""
    wanted = int(golden * CHANGED_SHARE)
    first, last = connection.execute(
        f"""select min(place_key), max(place_key)
            from (
                select place_key from GOLD.stores where place_key >= 0
                order by place_key limit {wanted} offset {golden // 3}
            )"""
    ).fetchone()
    return f"place_key between {first} and {last}"


def _change(connection: duckdb.DuckDBPyConnection, models: list[ReleasedModel], condition: str) -> int:
    for model in models:
        if model.table_name in CHANGES:
            connection.execute(f"update {model.relation} set {CHANGES[model.table_name]} where {condition}")
    connection.execute("checkpoint")
    return connection.execute(f"select count(*) from GOLD.stores where {condition}").fetchone()[0]
