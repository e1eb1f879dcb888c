"""Every night: build, announce the release, make triggers, and refresh everything where matching got much worse."""

import json
from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, Param, task

from store_matching_airflow.callbacks import TellPeople, send_alert
from store_matching_airflow.dag_defaults import DAG_DEFAULTS, WRITER_POOL
from store_matching_airflow.dbt_command import run_dbt, run_script
from store_matching_airflow.health import ASK, FINE, REFRESH, REFRESHED_IN_VAIN, decide
from store_matching_airflow.settings import read_settings
from store_matching_airflow.tasks import announce, build

HOURS_TO_ANSWER = 4


@task(pool=WRITER_POOL)
def enqueue_triggers() -> int:
    """Make a trigger of each promising unmatched store; return how many are new."""
    return run_dbt("--quiet", "run-operation", "enqueue_reprocess_triggers").json()["enqueued"]


@task
def check_health(params=None) -> dict[str, str]:
    """Return the task that follows (next_task) and why (reason)."""
    health = run_script("check_matching_health.py", "--json").json()
    return vars(decide(health, run_script("release_event.py").json(), params["ceiling_seconds"]))


@task.branch
def choose(decision: dict[str, str]) -> str:
    """Follow the decision."""
    return decision["next_task"]


@task(task_id=REFRESH, pool=WRITER_POOL, trigger_rule="none_failed_min_one_success")
def request_full_refresh(decision: dict[str, str], run_id=None) -> None:
    """Write the request into OPS: the next build obeys it, this run's or a later one's."""
    reason = {"reason": f"{decision['reason']} ({run_id})"}
    run_dbt("run-operation", "request_full_refresh", "--args", json.dumps(reason))


@task(task_id=REFRESHED_IN_VAIN)
def tell_in_vain(decision: dict[str, str], run_id=None) -> None:
    """Alert: people must look, another refresh would change nothing."""
    send_alert({"severity": "critical", "class": "matching_health", "run_id": run_id, "text": decision["reason"]})


with DAG(
    "nightly_diagnostics",
    schedule="0 2 * * *",
    tags=["matching", "healing"],
    params={"ceiling_seconds": Param(read_settings().ceiling_seconds, type="number", minimum=0)},
    doc_md=__doc__,
    **DAG_DEFAULTS,
):
    built, decision = build(), check_health()
    reason = "{{ ti.xcom_pull(task_ids='check_health')['reason'] }}"
    ask = ApprovalOperator(
        task_id=ASK,
        subject="Match every store anew?",
        body=reason,
        defaults=ApprovalOperator.REJECT,
        response_timeout=timedelta(hours=HOURS_TO_ANSWER),
        execution_timeout=None,
        notifiers=[TellPeople(f"Match every store anew? {reason}. No answer in {HOURS_TO_ANSWER} hours means no.")],
    )
    request = request_full_refresh(decision)
    built >> announce()
    built >> enqueue_triggers() >> decision
    choose(decision) >> [EmptyOperator(task_id=FINE), tell_in_vain(decision), ask, request]
    ask >> request >> build.override(task_id="rebuild")() >> announce.override(task_id="announce_rebuilt")()
