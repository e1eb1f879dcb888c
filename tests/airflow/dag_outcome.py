"""How a run of a DAG ended, as Airflow's database tells it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DagOutcome:
    """How a run of a DAG ended.

    state: of the run
    tasks: state and number of tries by task id
    events: extras of the asset events by the asset's name
    """

    state: str
    tasks: dict[str, tuple[str, int]]
    events: dict[str, list[dict[str, Any]]]

    def states(self) -> dict[str, str]:
        """State by task id."""
        return {name: state for name, (state, _) in self.tasks.items()}


def outcome_of(dag_run: Any) -> DagOutcome:
    """How a run of a DAG ended."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    tasks = {task.task_id: (str(task.state), task.try_number) for task in dag_run.get_task_instances()}
    events: dict[str, list[dict[str, Any]]] = {}
    with create_session() as session:
        rows = session.execute(
            select(AssetModel.name, AssetEvent.extra)
            .join(AssetModel, AssetModel.id == AssetEvent.asset_id)
            .where(AssetEvent.source_run_id == dag_run.run_id)
            .order_by(AssetEvent.id)
        )
        for name, extra in rows:
            events.setdefault(name, []).append(extra)
    return DagOutcome(str(dag_run.state), tasks, events)
