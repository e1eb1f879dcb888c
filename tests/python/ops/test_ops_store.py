"""The OPS store: every table is made, several processes write at once, and what goes wrong is said."""

import re
import sqlite3
import subprocess
import sys

import pytest

from store_matching.errors import LakeError
from store_matching.ops import store as store_module
from store_matching.ops.definition import ops_tables
from store_matching.ops.store import OpsStore

# The tables that the design gives to OPS.
DESIGNED = {
    "releases",
    "release_tables",
    "release_views",
    "release_events",
    "active_release",
    "reprocess_triggers",
    "transformation_logs",
    "sentinel_findings",
    "reload_requests",
    "gold_store_ids",
    "match_labels",
    "runs",
    "settings",
}
WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from store_matching.ops.store import OpsStore
ops = OpsStore(Path(sys.argv[2]))
for number in range(50):
    with ops.transaction() as connection:
        before = connection.execute("select setting_value from settings where setting_name = 'count'").fetchone()
        count = int(before[0]) + 1 if before else 1
        connection.execute("insert or replace into settings values ('count', ?, '2026-11-26')", (str(count),))
"""


@pytest.fixture
def ops(tmp_path):
    return OpsStore(tmp_path / "ops.sqlite")


def test_every_table_is_made_by_the_first_use(ops):
    made = {row["name"] for row in ops.rows("select name from sqlite_master where type = 'table'")}
    assert set(ops_tables()) <= made
    assert made >= DESIGNED
    assert ops.rows("select slot, release_id, is_held from active_release") == [
        {"slot": 1, "release_id": None, "is_held": 0}
    ]


def test_a_missing_table_is_made_and_the_others_keep_their_rows(ops):
    ops.keep_setting("kept", "yes")
    with ops.transaction() as connection:
        connection.execute("drop table reload_requests")
    again = OpsStore(ops.file)
    assert again.setting("kept") == "yes"
    assert again.rows("select * from reload_requests") == []


def test_processes_that_write_at_once_lose_nothing(ops, repository):
    arguments = [sys.executable, "-c", WRITER, str(repository), str(ops.file)]
    writers = [subprocess.Popen(arguments) for _ in range(4)]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 4
    assert ops.setting("count") == "200"


def test_a_failed_transaction_leaves_nothing(ops):
    with pytest.raises(ZeroDivisionError), ops.transaction() as connection:
        store_module.set_setting(connection, "half", "1")
        raise ZeroDivisionError
    assert ops.setting("half") is None


def test_readers_see_the_last_commit_while_another_writes(ops):
    ops.keep_setting("name", "before")
    with ops.transaction() as connection:
        store_module.set_setting(connection, "name", "after")
        assert OpsStore(ops.file).setting("name") == "before"
    assert ops.setting("name") == "after"


def test_a_writer_that_waited_too_long_says_what_to_do(ops, monkeypatch):
    ops.keep_setting("name", "before")
    monkeypatch.setattr(store_module, "WAIT_SECONDS", 0.1)
    with ops.transaction(), pytest.raises(LakeError, match="another process is writing; try again"):
        OpsStore(ops.file).keep_setting("name", "after")


def test_a_damaged_file_is_named(tmp_path):
    file = tmp_path / "ops.sqlite"
    file.write_bytes(b"this is no database" * 100)
    with pytest.raises(LakeError, match="(?s)" + re.escape(str(file)) + ".*put back a copy") as caught:
        OpsStore(file).rows("select 1")
    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)
