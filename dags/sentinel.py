"""Every 15 minutes: look for batches that lie in storage and are missing from their tables."""

from datetime import timedelta

from airflow.sdk import DAG, task

from store_matching_airflow.dag_defaults import DAG_DEFAULTS
from store_matching_airflow.dbt_command import run_script
from store_matching_airflow.failures import CommandError, MissingDataError, NetworkError

OK, NOT_SENT, NOT_JUDGED, WARNINGS, MISSING = range(5)


# A pass that hangs must not hold up those after it.
@task(execution_timeout=timedelta(minutes=14))
def scan() -> int:
    """Make one pass and return its exit code, 0 or 3 (warnings); the Sentinel sends its alerts itself."""
    answer = run_script("sentinel.py", "scan", accept=(OK, NOT_SENT, NOT_JUDGED, WARNINGS, MISSING))
    last = answer.lines[-1] if answer.lines else ""
    if answer.exit_code == MISSING:
        raise MissingDataError(last)
    if answer.exit_code == NOT_SENT:
        raise NetworkError(f"an alert could not be sent: {last}")
    if answer.exit_code == NOT_JUDGED:
        raise CommandError(f"a table could not be judged: {last}")
    return answer.exit_code


with DAG("sentinel", schedule="*/15 * * * *", tags=["sentinel"], doc_md=__doc__, **DAG_DEFAULTS):
    scan()
