"""Beside writers that never pause no batch is called lost that is not."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from store_matching.sentinel.scan import ScanOptions, scan_table
from store_matching.sentinel.watched import Catalogs

from .conftest import GI

WRITERS = 3
# The full number is 300: SENTINEL_SCANS=300 pytest -m long …
SCANS = (5, pytest.param(int(os.environ.get("SENTINEL_SCANS", "50")), marks=pytest.mark.long))
# Least age, in minutes: twice what three writers on two cores take at worst to commit.
GRACE_MINUTES = 10 / 60
LATEST_SECONDS = 240
SECONDS_PER_SCAN = 10


def batches_of(folder: Path) -> int:
    """The batches that the writers have tried so far."""
    return sum(len(path.read_text().split()) for path in folder.glob("tried-*.txt"))


@pytest.mark.parametrize("scans", SCANS)
def test_no_batch_is_called_lost_that_is_committed_or_about_to_be(scans, local, tmp_path):
    local.load(11, "ab")
    script = Path(__file__).with_name("writer_process.py")
    writers = [subprocess.Popen([sys.executable, script, tmp_path, str(n)]) for n in range(WRITERS)]
    lost: dict[str, int] = {}
    in_flight = number = 0
    watched = replace(GI, grace_minutes=GRACE_MINUTES)
    # The scans go on until the race has taken place: otherwise they have seen nothing that could have fooled
    # them, and a busy machine starts its writers late.
    latest = time.monotonic() + LATEST_SECONDS + SECONDS_PER_SCAN * scans
    try:
        while number < scans or batches_of(tmp_path) < WRITERS * 3 or not in_flight:
            assert time.monotonic() < latest, f"{batches_of(tmp_path)} batches, {in_flight} files seen in flight"
            number += 1
            scan = scan_table(watched, Catalogs(local.open()), local.ledgers, ScanOptions())
            for finding in scan.findings:
                if finding.finding_class == "lost_batch":
                    lost.setdefault(finding.batch.batch_id, number)
                in_flight += finding.finding_class == "in_flight"
            time.sleep(0.2)
    finally:
        (tmp_path / "stop").touch()
        for writer in writers:
            assert writer.wait(60) == 0
    refused = {name for n in range(WRITERS) for name in (tmp_path / f"refused-{n}.txt").read_text().split()}
    sys.stdout.write(
        f"{number} scans, {batches_of(tmp_path)} batches, {len(refused)} refused, "
        f"{in_flight} files in flight, {len(lost)} lost\n"
    )
    assert set(lost) <= refused, f"called lost, though committed: {set(lost) - refused}"
    later = local.found(watched)
    assert {f.batch.batch_id for f in later.get("lost_batch", [])} == refused
