"""What people are told of: failures, retries and questions go the way of the Sentinel's alerts.

That is one JSON object on standard output, and the webhook STORE_MATCHING_ALERT_WEBHOOK where it is set.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from airflow.sdk import BaseNotifier

from store_matching_airflow.failures import CommandError, KilledError
from store_matching_airflow.settings import read_settings


def send_alert(alert: dict[str, Any]) -> None:
    """Send an alert. Raises OSError when the webhook stays unreachable."""
    print(json.dumps(alert), flush=True)  # noqa: T201
    project = str(read_settings().project_dir)
    if project not in sys.path:
        sys.path.append(project)
    # These modules of the project's package need nothing that Airflow's environment lacks.
    from store_matching.sentinel.alerts import WEBHOOK_VARIABLE, webhook

    if url := os.environ.get(WEBHOOK_VARIABLE):
        webhook(url)(alert)


def tell_failure(context: dict[str, Any]) -> None:
    """Alert that a task has failed for good, unless its command has alerted people itself."""
    if not getattr(context.get("exception"), "is_told", False):
        send_alert(alert_of(context, "critical", "airflow_failure", "failed"))


def tell_retry(context: dict[str, Any]) -> None:
    """Alert that a task failed and will be tried again."""
    send_alert(alert_of(context, "warning", "airflow_retry", "failed and runs again"))


def alert_of(context: dict[str, Any], severity: str, alert_class: str, what: str) -> dict[str, Any]:
    """Return an alert of the Sentinel's form: `text` for people, the other entries for machines.

    context: Airflow's context of the task
    what:    what happened to the task, in words
    """
    task = context["task_instance"]
    # The scheduler, which finds that a task gives no sign of life any more, knows no exception.
    error = context.get("exception") or KilledError("the task gives no sign of life: it or its machine was killed")
    kind = getattr(error, "kind", type(error).__name__)
    advice = getattr(error, "advice", CommandError.advice)
    return {
        "severity": severity,
        "class": alert_class,
        "kind": kind,
        "dag": task.dag_id,
        "task": task.task_id,
        "run_id": task.run_id,
        "try_number": task.try_number,
        "text": f"{task.dag_id}.{task.task_id} {what} ({kind}), try {task.try_number}\n"
        f"  why: {error}\n  what to do: {advice}",
    }


class TellPeople(BaseNotifier):
    """Notifier that alerts that a question waits for an answer.

    text: what is asked, until when, and what happens without an answer
    """

    template_fields = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def notify(self, context: dict[str, Any]) -> None:
        """Send the alert."""
        task = context["task_instance"]
        facts = {"dag": task.dag_id, "task": task.task_id, "run_id": task.run_id}
        send_alert({"severity": "warning", "class": "approval_needed", **facts, "text": self.text})
