"""Tasks that several DAGs have."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from store_matching_airflow.assets import MART, RELEASE, event_extra
from store_matching_airflow.dag_defaults import WRITER_POOL
from store_matching_airflow.dbt_command import run_dbt, run_script

TRIGGER_VARIABLES = ("trigger_batch", "max_triggers")


@task(pool=WRITER_POOL)
def build(params: dict[str, Any] | None = None) -> None:
    """Run one `dbt build`: changed stores and due triggers in, a release out if every test passes.

    params: parameters of the run; trigger_batch and max_triggers choose triggers
    """
    chosen = {name: params[name] for name in TRIGGER_VARIABLES if params.get(name) is not None}
    run_dbt("build", variables=chosen)


@task(pool=WRITER_POOL, inlets=[RELEASE], outlets=[RELEASE, MART])
def announce(inlet_events: Any = None, outlet_events: Any = None) -> dict[str, Any]:
    """Make the asset events of the active release; skipped where the last event named it already."""
    release = run_script("release_event.py").json()
    last = [event.extra for event in inlet_events[RELEASE].ascending(False).limit(1)]
    extra = event_extra(release, last)
    if extra is None:
        raise AirflowSkipException(f"release {release['release_id']} is announced already")
    for asset in (RELEASE, MART):
        outlet_events[asset].extra = extra
    return extra
