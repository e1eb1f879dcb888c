"""Eight loaders at once: every batch is committed once or reported as failed, nothing silent."""

from collections import Counter

import pytest

from benchmarks.harness.loaders import load_at_once


@pytest.mark.long
def test_every_batch_of_eight_loaders_lands_once(tmp_path):
    outcome = load_at_once(tmp_path, loaders=8, batches=6, rows=3)
    assert outcome.faults == []
    assert Counter(o["state"] for o in outcome.outcomes) == {"committed": 48}


def test_batches_that_are_refused_without_retries_are_reported(tmp_path):
    outcome = load_at_once(tmp_path, loaders=3, batches=4, rows=3, retries=0)
    assert outcome.faults == []
    states = Counter(o["state"] for o in outcome.outcomes)
    assert states["committed"] + states["failed"] == 12
    failed = [o["error"] for o in outcome.outcomes if o["state"] == "failed"]
    assert all("CommitFailedException" in error for error in failed)
