"""What schedulers are told of the active release: after runs of a scope, full runs, runs that broke, and a rollback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from store_matching.dbt_lake.run_inputs import RunInputs
from store_matching.dbt_lake.run_log import finish_run, note_release, start_run
from store_matching.ops import registry
from store_matching.releases.event import release_event

SCRIPT = Path(__file__).resolve().parents[3] / "scripts/release_event.py"
SCOPE, FULL = "the stores of the scope", "it was asked for: a test"


@pytest.fixture
def run(publisher):
    """Function: one build that publishes `stores` golden stores, by default of a scope, and its number."""

    def build(run_id: str, stores: int | None = None, reason: str = SCOPE, status: str = "success") -> int | None:
        ops = publisher.lake.ops
        start_run(ops, run_id, "build", "db", registry.active_release(ops)["release_id"], RunInputs(None, None))
        node = dict.fromkeys(("seconds", "node_message", "compiled_sql", "row_count", "removed_rows", "added_rows"))
        node |= {"node_id": "model.gold_stores", "resource_type": "model", "node_status": status}
        finish_run(ops, run_id, "build", [node], "abc", "v1", {"scope_stores": None, "run_reason": reason})
        if stores is None:
            # Such a run publishes nothing: where it ended well, the active release holds its result.
            if status == "success":
                note_release(ops, run_id, registry.active_release(ops)["release_id"])
            return None
        publisher.fill(stores)
        number = publisher.publish(run_id=run_id, facts={"git_sha": "abc", "logic_version": "v1"}).release_id
        note_release(ops, run_id, number)
        return number

    return build


def test_nothing_is_released_yet(lake):
    assert release_event(lake.ops)["release_id"] is None


def test_an_event_names_release_snapshots_and_commit(publisher, run):
    number = run("first", 20)
    event = release_event(publisher.lake.ops)
    assert (event["release_id"], event["git_sha"], event["logic_version"]) == (number, "abc", "v1")
    assert (event["golden_stores"], event["run_id"]) == (20, "first")
    assert event["snapshot_ids"] == {
        name: table.snapshot_id for name, table in registry.release_tables(publisher.lake.ops, number).items()
    }


def test_whether_the_last_build_published_and_a_full_one_stands_behind(publisher, run):
    def answers() -> tuple[bool, bool]:
        event = release_event(publisher.lake.ops)
        return event["published_by_last_run"], event["is_fully_refreshed"]

    run("full", 20, FULL)
    assert answers() == (True, True)
    run("scope", 30)
    assert answers() == (True, False)
    run("broken full", reason=FULL, status="error")
    assert answers() == (False, False)
    run("full without a difference", reason=FULL)
    assert answers() == (False, True)
    run("next scope", 40)
    assert answers() == (True, False)
    publisher.rollback(1)
    assert release_event(publisher.lake.ops)["release_id"] == 1


def test_the_script_prints_one_object_and_names_a_lake_that_is_not_there(publisher, run, tmp_path):
    run("first", 20)

    def script(lake: object) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, SCRIPT, "--lake", str(lake)], capture_output=True, text=True)

    printed = script(publisher.lake.settings.root)
    assert (printed.returncode, json.loads(printed.stdout)) == (0, release_event(publisher.lake.ops))
    absent = script(tmp_path / "nowhere")
    assert (absent.returncode, absent.stdout) == (2, "")
    assert "nowhere" in absent.stderr
