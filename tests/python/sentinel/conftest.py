"""Fixtures of the Sentinel's tests: a lake in a folder or on an S3 server of another process, and ways to lose data.

The server is another process: DuckDB holds Python's lock while it reads over HTTP.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from store_matching.lake import Lake, open_lake
from store_matching.landing import commit_batch as commit_module
from store_matching.landing import load_batch
from store_matching.landing.commit_errors import CommitConflictError
from store_matching.landing.load_result import LoadResult
from store_matching.sentinel.list_files import storage_of
from store_matching.sentinel.scan import ScanOptions, TableScan, scan_table
from store_matching.sentinel.scan_all import utc_now
from store_matching.sentinel.types import Finding
from store_matching.sentinel.watched import Catalogs, WatchedTable

from .any_table import in_sql

GI = WatchedTable(
    "raw.gi_stores",
    source_system="GI",
    window_minutes=60,
    grace_minutes=5,
    key_columns=("store_id", "batch_window_start"),
    version_column="updated_at",
    owner="loading",
)
LATER = timedelta(hours=2)
# Of the ways of losing a batch; every way is tried in folders.
ONE_WAY_IN_S3 = {"conflict", "refused"}


def window(hour: int) -> datetime:
    """A window of the test day."""
    return datetime(2026, 11, 20, hour)


class Killed(BaseException):
    """What stands for the end of a process: nothing after it cleans up."""


class WatchedLake:
    """A lake whose table raw.gi_stores is watched."""

    def __init__(self, root: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.folder = folder
        self.patch = patch
        self.lake = self.open()
        self.ledgers = folder / "ledgers"

    def open(self) -> Lake:
        """The lake as another process would open it."""
        return open_lake(self.root, state=self.folder / "state")

    @property
    def table(self):
        """raw.gi_stores as it is now."""
        return self.lake.table("raw.gi_stores")

    def load(self, hour: int, ids: str, lake: Lake | None = None, name: str = "store", **options) -> LoadResult:
        """Load a batch of the stores whose ids are the letters of a text."""
        options = {"batch_id": f"b{hour}"} | options
        path = self.folder / f"{options['batch_id']}.csv"
        updated = options.pop("updated", f"2026-11-20 {hour:02}:30:00")
        path.write_text("id,name,updated_at\n" + "".join(f"{i},{name} {i},{updated}\n" for i in ids))
        return load_batch(lake or self.lake, "GI", path, window(hour), **options)

    def lose_by_conflict(self, hour: int, ids: str, rival_hour: int = 13, **options) -> None:
        """A batch whose only commit is overtaken by that of another loader."""

        def overtake(commit: Callable) -> None:
            self.load(rival_hour, "xyz", self.open())

        with self._before_commit(overtake), pytest.raises(CommitConflictError):
            self.load(hour, ids, retries=0, **options)

    def lose_by_kill(self, hour: int, ids: str, **options) -> None:
        """A batch whose loader dies between its files and the commit."""

        def die(commit: Callable) -> None:
            raise Killed

        with self._before_commit(die), contextlib.suppress(Killed):
            self.load(hour, ids, **options)

    def lose_by_detaching(self, hour: int, ids: str, **options) -> None:
        """A batch that was committed, and off which somebody moved main."""
        before = self.table.current_snapshot().snapshot_id
        self.load(hour, ids, **options)
        self.set_current(before)

    def set_current(self, snapshot_id: int) -> None:
        """Move main to a snapshot."""
        self.table.manage_snapshots().set_current_snapshot(snapshot_id=snapshot_id).commit()

    @contextlib.contextmanager
    def _before_commit(self, action: Callable[[Callable], None]) -> Iterator[None]:
        catalog = self.lake.catalog
        commit_table = catalog.commit_table

        def commit(table, requirements, updates):
            if table.name()[-1] == "gi_stores":
                self.patch.setattr(catalog, "commit_table", commit_table)
                action(commit_table)
            return commit_table(table, requirements, updates)

        self.patch.setattr(catalog, "commit_table", commit)
        try:
            yield
        finally:
            self.patch.setattr(catalog, "commit_table", commit_table)

    def files(self) -> set[str]:
        """Canonical paths of the data files that lie in the table's folder."""
        from store_matching.sentinel.list_files import list_files

        location = self.table.location()
        paths = list_files(location, self.storage).column("path").to_pylist()
        return {path for path in paths if path.endswith(".parquet")}

    @property
    def storage(self):
        """The table's file system."""
        return storage_of(self.table.location(), self.table.io)

    def live_files(self) -> set[str]:
        """Canonical paths of the data files that main holds."""
        return {task.file.file_path.removeprefix("file://") for task in self.table.scan().plan_files()}

    def batch_of(self, path: str) -> str:
        """The batch id that the rows of a data file carry."""
        with self.table.io.new_input(path).open() as opened:
            (found,) = set(pq.read_table(opened, columns=["batch_id"]).column(0).to_pylist())
        return found

    def write(self, path: str, content: bytes) -> None:
        """Write a file, or over it."""
        with self.storage.filesystem.open_output_stream(self.storage.path(path)) as stream:
            stream.write(content)

    def scan(self, watched: WatchedTable = GI, *, later: timedelta = LATER, **options) -> TableScan:
        """Scan as if it were `later`."""
        return scan_table(
            watched, Catalogs(self.lake), self.ledgers, ScanOptions(now=lambda: utc_now() + later, **options)
        )

    def found(self, watched: WatchedTable = GI, **options) -> dict[str, list[Finding]]:
        """Findings by class of a scan with an empty ledger, or as it is, and of a second one: both have to agree."""
        first, second = (self.scan(watched, **options) for _ in range(2))
        assert [vars(f) for f in by_path(first)] == [
            vars(f.with_(confirmed_at=g.confirmed_at)) for f, g in zip(by_path(second), by_path(first), strict=True)
        ]
        found: dict[str, list[Finding]] = {}
        for finding in first.findings:
            found.setdefault(str(finding.finding_class), []).append(finding)
        return found


def by_path(scan: TableScan) -> list[Finding]:
    """Findings in the order of their files."""
    return sorted(scan.findings, key=lambda finding: finding.file_path or "")


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A loopback S3 server."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(endpoint, timeout=1):
                break
            time.sleep(0.1)
        yield endpoint
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's lake is not that of a test, and nothing waits long."""
    for name in list(os.environ):
        if name.startswith(("STORE_MATCHING_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(commit_module, "FIRST_WAIT_SECONDS", 0.001)


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WatchedLake:
    """A lake in a folder."""
    return WatchedLake(str(tmp_path / "lake"), tmp_path, monkeypatch)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-long` what is tried in S3 with each way of losing a batch, but for one way."""
    for item in items:
        chosen = getattr(item, "callspec", None) and item.callspec.params
        if chosen and chosen.get("watched") == "s3" and ONE_WAY_IN_S3.isdisjoint(map(str, chosen.values())):
            ways = {"loss", "way"} & set(chosen)
            if ways:
                item.add_marker(pytest.mark.long)


@pytest.fixture(params=["local", "s3"])
def watched(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WatchedLake:
    """A lake in a folder, and one in S3."""
    if request.param == "local":
        return WatchedLake(str(tmp_path / "lake"), tmp_path, monkeypatch)
    endpoint = request.getfixturevalue("s3_endpoint")
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    import boto3

    bucket = f"stores-{tmp_path.name.lower().replace('_', '-')}"[:60].rstrip("-")
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return WatchedLake(f"s3://{bucket}/lake", tmp_path, monkeypatch)


@pytest.fixture
def sql(tmp_path, monkeypatch):
    """Makes a table without rows, not of this project, in an SQL catalog."""
    return lambda **options: in_sql(tmp_path, monkeypatch, **options)
