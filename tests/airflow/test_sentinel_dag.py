"""The Sentinel's DAG, whole: a quiet pass, and one that finds what a killed loader left behind."""

from .small_project import DONE


def test_a_lost_batch_is_told_once(project, run_dag, alerts):
    assert run_dag("sentinel").tasks == {"scan": (DONE, 1)}
    assert alerts == []
    project.tool("lose-batch")
    run = run_dag("sentinel")
    assert (run.state, run.tasks) == ("failed", {"scan": ("failed", 1)})
    (alert,) = alerts
    assert (alert["severity"], alert["class"], alert["table"]) == ("critical", "lost_batch", "raw.gi_stores")
    # It stays red until somebody acts, and nobody is told again.
    assert run_dag("sentinel").state == "failed"
    assert len(alerts) == 1
    project.script("recover_batch.py", "--apply")
    assert run_dag("sentinel").state == DONE
    assert [alert["text"].split(":")[0] for alert in alerts if alert["class"] == "lost_batch"][1:] == [
        "Resolved in raw.gi_stores"
    ]


def test_an_alert_that_nobody_received_is_sent_by_the_next_pass(project, run_dag, alerts, monkeypatch):
    project.tool("lose-batch")
    with monkeypatch.context() as patch:
        patch.setenv("STORE_MATCHING_ALERT_WEBHOOK", "http://127.0.0.1:9/")
        assert run_dag("sentinel").state == "failed"
    assert alerts == []
    assert run_dag("sentinel").state == "failed"
    assert [alert["class"] for alert in alerts] == ["lost_batch"]
