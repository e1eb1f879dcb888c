"""What people and other programs do by Airflow's REST API."""

import time
from typing import Any

SECONDS_TO_ASK = 120


class AirflowApi:
    """The API by a client of it, as an administrator."""

    def __init__(self, client: Any) -> None:
        self.client = client
        client.headers["Authorization"] = f"Bearer {client.get('/auth/token').json()['access_token']}"

    def answer(self, option: str) -> None:
        """Wait for the question that waits for a person, and answer it."""
        question = self._question()
        place = "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/hitlDetails"
        answered = self.client.patch(
            place.format(**question["task_instance"]), json={"chosen_options": [option], "params_input": {}}
        )
        assert answered.status_code == 200, answered.text

    def make_event(self, asset_name: str, extra: dict[str, Any]) -> None:
        """Make an event of an asset, as a deployment does."""
        assets = self.client.get("/api/v2/assets", params={"name_pattern": asset_name}).json()["assets"]
        (number,) = [asset["id"] for asset in assets if asset["name"] == asset_name]
        made = self.client.post("/api/v2/assets/events", json={"asset_id": number, "extra": extra})
        assert made.status_code == 200, made.text

    def unpause(self, dag_id: str) -> None:
        """Switch a DAG on; Airflow does not count events for one that is off."""
        assert self.client.patch(f"/api/v2/dags/{dag_id}", json={"is_paused": False}).status_code == 200

    def queued_by_assets(self, dag_id: str) -> list[dict[str, Any]]:
        """Asset events for which a run of a DAG is due."""
        return self.client.get(f"/api/v2/dags/{dag_id}/assets/queuedEvents").json().get("queued_events", [])

    def _question(self) -> dict[str, Any]:
        deadline = time.monotonic() + SECONDS_TO_ASK
        while time.monotonic() < deadline:
            found = self.client.get("/api/v2/dags/~/dagRuns/~/hitlDetails", params={"response_received": False}).json()
            open_questions = [
                detail for detail in found["hitl_details"] if detail["task_instance"]["state"] == "awaiting_input"
            ]
            if open_questions:
                return open_questions[0]
            time.sleep(0.5)
        raise AssertionError("no question waits for an answer")
