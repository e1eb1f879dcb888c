"""A reader in another process sees whole releases while releases are published and rolled back."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store_matching.ops import registry

MOVES = (12, pytest.param(50, marks=pytest.mark.long))
READER = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from store_matching.lake import open_release
root, stop, out = sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
seen, faults = {}, []
(out.with_suffix('.ready')).touch()
while not stop.exists():
    try:
        with open_release(root) as release:
            first = release.rows("select count(*), min(store_name), max(store_name) from mart.stores")[0]
            time.sleep(0.01)
            stores = release.rows("select count(*) from gold.stores")[0][0]
            crosswalk = release.rows("select count(*) from gold.store_crosswalk")[0][0]
            again = release.rows("select count(*), min(store_name), max(store_name) from mart.stores")[0]
            if not (first == again and first[0] == stores == crosswalk and first[1] == first[2]):
                faults.append([release.release_id, first, again, stores, crosswalk])
            if seen.setdefault(release.release_id, first[1]) != first[1]:
                faults.append([release.release_id, seen[release.release_id], first[1]])
    except Exception as error:
        faults.append(repr(error))
    # A reader that never rests would starve the publisher of a small machine.
    time.sleep(0.05)
out.write_text(json.dumps({"seen": seen, "faults": faults}))
"""


@pytest.mark.parametrize("moves", MOVES)
def test_reader_in_another_process_sees_only_whole_releases(moves, publisher, tmp_path):
    publisher.change("update GOLD.stores set store_name = 'release 1'")
    publisher.publish()
    stop, out = tmp_path / "stop", tmp_path / "out.json"
    arguments = [str(Path(__file__).resolve().parents[3]), publisher.lake.settings.root, str(stop), str(out)]
    reader = subprocess.Popen([sys.executable, "-c", READER, *arguments])
    deadline = time.monotonic() + 60
    while not out.with_suffix(".ready").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for number in range(2, moves + 2):
        if number % 5 == 0:
            last = registry.active_release(publisher.lake.ops)["release_id"]
            publisher.rollback(last - 1)
            registry.lift_hold(publisher.lake.ops, None)
        else:
            publisher.fill(100 + number)
            publisher.change(f"update GOLD.stores set store_name = 'release {number}'")
            assert publisher.publish().release_id is not None
    stop.touch()
    assert reader.wait(timeout=60) == 0
    found = json.loads(out.read_text())
    assert found["faults"] == []
    assert len(found["seen"]) > 2


def test_open_release_stays_readable_while_others_are_published(publisher):
    from store_matching.lake import open_release

    publisher.publish()
    with open_release(publisher.lake.settings.root) as reader:
        publisher.fill(7)
        publisher.publish()
        assert reader.rows("select count(*) from mart.stores") == [(100,)]


@pytest.mark.parametrize("table", ["mart.stores", "GOLD.STORES"])
def test_arrow_and_rows_agree(publisher, table):
    from store_matching.lake import open_release

    publisher.publish()
    with open_release(publisher.lake.settings.root) as reader:
        assert reader.arrow(table).num_rows == reader.rows(f"select count(*) from {table}")[0][0] == 100
