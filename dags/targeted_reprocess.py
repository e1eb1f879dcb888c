"""Match again what is due, when new matching logic is deployed, or by hand for one batch of triggers."""

from airflow.sdk import DAG, Param

from store_matching_airflow.assets import LOGIC
from store_matching_airflow.dag_defaults import DAG_DEFAULTS
from store_matching_airflow.tasks import announce, build

with DAG(
    "targeted_reprocess",
    schedule=[LOGIC],
    tags=["matching", "healing"],
    params={
        "trigger_batch": Param(None, type=["null", "string"], description="only triggers of this batch"),
        "max_triggers": Param(None, type=["null", "integer"], minimum=1, description="at most so many, best first"),
    },
    doc_md=__doc__,
    **DAG_DEFAULTS,
):
    build() >> announce()
