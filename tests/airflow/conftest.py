"""An Airflow of the tests' own, a small built project that each test gets as it was, and a receiver of alerts.

Airflow's home is a temporary folder with a SQLite database. Every DAG runs whole by `dag.test()`, with dbt and the
scripts in the project's own environment, as in production.
"""

import atexit
import json
import os
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from .airflow_api import AirflowApi
from .dag_outcome import DagOutcome, outcome_of
from .loopback import serve
from .small_project import DAGS, SmallProject

# Airflow reads its settings when it is imported: they are made before any test module is.
HOME = Path(tempfile.mkdtemp(prefix="airflow-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for variable in list(os.environ):
    if variable.startswith(("AIRFLOW", "SNOWFLAKE_", "STORE_MATCHING_", "DBT_", "GITHUB_")):
        del os.environ[variable]
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
    "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
}
sys.path.insert(0, str(DAGS))


def pytest_configure(config: pytest.Config) -> None:
    """Leave out the warnings of Airflow's own packages about each other."""
    config.addinivalue_line("filterwarnings", "ignore")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of the built project to one worker: building it takes longer than most of them."""
    for item in items:
        if "built" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("built project"))


@pytest.fixture(scope="session")
def airflow() -> None:
    """Airflow's database, with the pool that docs/airflow.md tells to make."""
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb

    from store_matching_airflow.dag_defaults import WRITER_POOL

    initdb()
    Pool.create_or_update_pool(WRITER_POOL, 1, "one writer of the DuckDB file", include_deferred=False)


@pytest.fixture
def bag(airflow: None) -> Any:
    """The DAGs of the repository, read anew: in one process the parameters of a run stay in its DAG."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(DAGS)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The built project, and a copy of it that stays as it is."""
    root = tmp_path_factory.mktemp("project") / "project"
    root.mkdir()
    SmallProject(root).tool("make")
    kept = root.with_name("kept")
    shutil.copytree(root, kept, symlinks=True)
    return root, kept


@pytest.fixture
def project(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> SmallProject:
    """The project as it was built, at the same place: Iceberg metadata holds full paths."""
    root, kept = built
    shutil.rmtree(root)
    shutil.copytree(kept, root, symlinks=True)
    for name, value in SmallProject(root).environment.items():
        monkeypatch.setenv(name, value)
    return SmallProject(root)


@pytest.fixture
def alerts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What a webhook on loopback received, in order."""
    received: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with serve(Receiver) as url:
        monkeypatch.setenv("STORE_MATCHING_ALERT_WEBHOOK", url)
        yield received


@pytest.fixture
def run_dag(bag: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., DagOutcome]:
    """Function: run a DAG and tell how it ended. Retries wait a second, not minutes; no event is remembered.

    seen: a pattern of tasks that are marked as done: the test has seen them run
    """
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    from store_matching_airflow.failures import RETRY_POLICY

    for rule in RETRY_POLICY.rules:
        if rule.retry_delay is not None:
            monkeypatch.setattr(rule, "retry_delay", timedelta(seconds=1))
    with create_session() as session:
        session.execute(delete(AssetEvent))

    def run(dag_id: str, seen: str | None = None, **conf: Any) -> DagOutcome:
        dag = bag.dags[dag_id]
        for task in dag.tasks:
            task.retry_delay = timedelta(seconds=1)
        return outcome_of(dag.test(run_conf=conf or None, mark_success_pattern=seen))

    return run


@pytest.fixture
def scheduler_sweep() -> Iterator[None]:
    """The scheduler's own look for questions whose time is over, every half second: `dag.test()` has no scheduler."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner

    stop = threading.Event()

    def sweep() -> None:
        runner = SchedulerJobRunner(Job())
        while not stop.wait(0.5):
            runner.check_awaiting_input_timeouts()

    thread = threading.Thread(target=sweep, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def api(bag: Any) -> Iterator[AirflowApi]:
    """Airflow's REST API, in this process."""
    from airflow.api_fastapi.app import create_app
    from fastapi.testclient import TestClient

    with TestClient(create_app()) as client:
        yield AirflowApi(client)
