"""The assets: what their events say, and which DAG they start."""

from store_matching_airflow.assets import event_extra

RELEASE = {
    "release_id": 7,
    "snapshot_ids": {"gold.stores": "1"},
    "git_sha": "abc",
    "logic_version": "v",
    "golden_stores": 3,
    "run_id": "r",
}


def test_an_event_tells_the_release_once():
    assert event_extra(RELEASE, [])["snapshot_ids"] == {"gold.stores": "1"}
    assert set(event_extra(RELEASE, [])) == {"release_id", "snapshot_ids", "git_sha", "logic_version", "golden_stores"}
    assert event_extra(RELEASE, [{"release_id": 7}]) is None
    # A rollback is news too.
    assert event_extra(RELEASE, [{"release_id": 8}])["release_id"] == 7
    assert event_extra({"release_id": None}, []) is None


def test_deployed_logic_makes_a_targeted_run_due(run_dag, api, project, bag):
    run_dag("targeted_reprocess", seen=".*")
    assert api.queued_by_assets("targeted_reprocess") == []
    api.unpause("targeted_reprocess")
    api.make_event("matching_logic", {"git_sha": "abc"})
    (due,) = api.queued_by_assets("targeted_reprocess")
    assert due["dag_id"] == "targeted_reprocess"
