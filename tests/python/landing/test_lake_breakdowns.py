"""Loaders that are killed in the middle, and disks that are full."""

import random
import signal
import subprocess
import sys

import pytest

MINE = "id,name\n1,mine\n,refused\n"
# A loader that kills itself right before or right after the catalog has accepted its commit.
KILLED_LOADER = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from store_matching.lake import open_lake
from store_matching.landing import load_batch

root, path, moment = sys.argv[1:]
lake = open_lake(root)
commit_table = lake.catalog.commit_table

def commit(table, requirements, updates):
    is_last = table.name()[-1] == "gi_stores"
    if is_last and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    response = commit_table(table, requirements, updates)
    if is_last:
        os.kill(os.getpid(), signal.SIGKILL)
    return response

lake.catalog.commit_table = commit
load_batch(lake, "GI", Path(path), datetime(2026, 11, 20, 12), batch_id="mine")
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_batch_of_a_killed_loader_lands_once(lake, write, repository, moment):
    path = write(MINE)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_LOADER, str(lake.root), str(path), moment], cwd=repository, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL
    assert lake.batches() == ([("mine",)] if moment == "after" else [])
    assert lake.load(path, batch_id="mine").already_loaded == (moment == "after")
    assert (lake.stores(), lake.batches()) == ([("1", "mine")], [("mine",)])
    assert lake.query("select count(*) from raw.rejected_rows") == [(1,)]


def test_file_that_cannot_be_written_is_an_error_and_nothing_lands(lake, write, repository):
    generator = random.Random(7)
    path = write("id,name\n" + "".join(f"{n},{generator.random()}\n" for n in range(50_000)))
    command = f"{sys.executable} scripts/load_batch.py --source gi --window 2026-11-20 --lake {lake.root} {path}"
    # No file may grow beyond 300 KB: to the writer that is a disk without room.
    limited = subprocess.run(
        ["bash", "-c", f"ulimit -f 300; {command}"], cwd=repository, capture_output=True, text=True, timeout=120
    )
    assert limited.returncode == 2, limited.stderr
    assert "data file of raw.gi_stores could not be written" in limited.stderr
    assert "Traceback" not in limited.stderr
    assert lake.batches() == []
    assert lake.load(path).rows_accepted == 50_000
