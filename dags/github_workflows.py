"""Run GitHub workflows one after the other and watch how they end: infrastructure (Terraform), then reprocessing."""

from datetime import timedelta

from airflow.sdk import DAG, Connection, Param, PokeReturnValue, task
from airflow.sdk.exceptions import AirflowSkipException

from store_matching_airflow.dag_defaults import DAG_DEFAULTS
from store_matching_airflow.github import CONNECTION, github_of, has_succeeded
from store_matching_airflow.tasks import announce

WORKFLOWS = {"infrastructure": "terraform.yml", "reprocess": "healing.yml"}
# GitHub refuses a run with an input that its workflow does not declare.
INPUTS = {"infrastructure": ("environment",), "reprocess": ("mode", "trigger_batch")}


# What was not asked for is skipped, and holds nothing up; what failed does.
@task(trigger_rule="none_failed")
def start(name: str, params=None, run_id=None) -> str:
    """Start a workflow, unless an earlier try of this task did; return the request id that its run's name bears."""
    if name not in params["workflows"]:
        raise AirflowSkipException(f"{name} was not asked for")
    github, request_id = github_of(Connection.get(CONNECTION)), f"{name} {run_id}"
    if github.find_run(WORKFLOWS[name], request_id) is None:
        inputs = {key: value for key, value in params["inputs"].items() if key in INPUTS[name]}
        github.start(WORKFLOWS[name], params["ref"], {**inputs, "request_id": request_id})
    return request_id


# Between two looks no worker is held.
@task.sensor(mode="reschedule", poke_interval=30, timeout=timedelta(hours=2).total_seconds())
def watch(name: str, request_id: str) -> PokeReturnValue:
    """Wait until the run has ended; any end but success fails the task, and so does a run that does not end."""
    run = github_of(Connection.get(CONNECTION)).find_run(WORKFLOWS[name], request_id)
    is_done = has_succeeded(run, request_id)
    return PokeReturnValue(is_done=is_done, xcom_value=run["html_url"] if is_done else None)


with DAG(
    "github_workflows",
    schedule=None,
    tags=["deployment"],
    params={
        "workflows": Param(list(WORKFLOWS), type="array", items={"enum": list(WORKFLOWS)}, uniqueItems=True),
        "ref": Param("main", type="string", minLength=1),
        "inputs": Param(
            {},
            type="object",
            properties={each: {"type": "string"} for names in INPUTS.values() for each in names},
            additionalProperties=False,
            description="inputs of the workflows, texts by name; each workflow gets those it takes",
        ),
    },
    doc_md=__doc__,
    **DAG_DEFAULTS,
):
    ended = None
    for each in WORKFLOWS:
        started = start.override(task_id=f"start_{each}")(each)
        if ended is not None:
            ended >> started
        ended = watch.override(task_id=f"watch_{each}")(each, started)
    ended >> announce()
