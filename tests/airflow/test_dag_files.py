"""What every DAG file must have, whatever it does."""

from pathlib import Path

import pytest

from .small_project import DAGS, PROGRAMS, REPOSITORY, SmallProject

DAG_IDS = {"nightly_diagnostics", "targeted_reprocess", "github_workflows", "sentinel"}
WRITERS = {"build", "rebuild", "enqueue_triggers", "request_full_refresh", "announce", "announce_rebuilt"}
MOST_LINES = 80


def test_every_file_can_be_read_and_makes_its_dag(bag):
    assert bag.import_errors == {}
    assert set(bag.dags) == DAG_IDS
    assert {Path(dag.fileloc).stem for dag in bag.dags.values()} == DAG_IDS


def test_dags_are_short_and_say_what_they_do(bag):
    for file in DAGS.glob("*.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) < MOST_LINES, file
    for dag in bag.dags.values():
        assert dag.doc_md
        assert dag.tags
        assert (dag.catchup, dag.max_active_runs) == (False, 1)


def test_tasks_have_an_owner_retries_and_somebody_who_is_told(bag):
    from store_matching_airflow.callbacks import tell_failure, tell_retry
    from store_matching_airflow.failures import RETRY_POLICY

    for dag in bag.dags.values():
        for task in dag.tasks:
            assert task.owner == "matching", task
            assert task.retries == 4, task
            assert task.retry_policy is RETRY_POLICY, task
            assert tell_failure in task.on_failure_callback, task
            assert tell_retry in task.on_retry_callback, task


def test_whoever_writes_waits_for_the_one_slot(bag):
    pools = {task.task_id: task.pool for dag in bag.dags.values() for task in dag.tasks}
    assert {name for name, pool in pools.items() if pool == "duckdb_writer"} == WRITERS


def test_dbt_is_never_imported_here():
    with pytest.raises(ModuleNotFoundError):
        __import__("dbt.cli")


def test_the_view_per_model_is_there_where_snowflake_is(built, monkeypatch):
    """Built from the manifest of the small project; run only on Snowflake, by a scheduler."""
    from airflow.dag_processing.dagbag import DagBag

    root, _ = built
    for name, value in SmallProject(root).environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STORE_MATCHING_SNOWFLAKE_MANIFEST", str(root / "target/manifest.json"))
    monkeypatch.setenv("SNOWFLAKE_ACCOUNT", "organisation-account")
    bag = DagBag(REPOSITORY / "dags/cosmos_view.py")
    assert bag.import_errors == {}
    view = bag.dags["cosmos_view"]
    producers = [task for task in view.tasks if task.task_id == "dbt_producer_watcher"]
    assert len(producers) == 1
    assert str(producers[0].dbt_executable_path) == str(PROGRAMS / "dbt")
    assert "gold_stores_run" in view.task_ids
    assert len(view.tasks) > 60
