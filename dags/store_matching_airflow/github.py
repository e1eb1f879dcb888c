"""GitHub workflows by the REST API: start one, find its run, see how it ended."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from store_matching_airflow.failures import ConfigurationError, NetworkError, WorkflowError

CONNECTION = "github"
PUBLIC_API = "https://api.github.com"
SECONDS = 30
NOT_NOW = (408, 429)


@dataclass(frozen=True)
class GitHub:
    """A repository on GitHub.

    repository: owner/name
    token:      may start workflows (permission `actions: write`); never printed
    api:        address of the REST API
    """

    repository: str
    token: str = field(repr=False)
    api: str = PUBLIC_API

    def start(self, workflow: str, ref: str, inputs: dict[str, str]) -> None:
        """Start a workflow file such as `healing.yml` on a branch. Raises a CommandError by the kind of failure."""
        self._call("POST", f"actions/workflows/{workflow}/dispatches", {"ref": ref, "inputs": inputs})

    def find_run(self, workflow: str, request_id: str) -> dict[str, Any] | None:
        """Return the newest run of a workflow whose name is the request id, None while there is none."""
        query = urllib.parse.urlencode({"event": "workflow_dispatch", "per_page": 100})
        runs = self._call("GET", f"actions/workflows/{workflow}/runs?{query}")["workflow_runs"]
        return next((run for run in runs if run.get("display_title") == request_id), None)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.api.rstrip('/')}/repos/{self.repository}/{path}",
            None if body is None else json.dumps(body).encode(),
            {
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            kind = NetworkError if error.code >= 500 or error.code in NOT_NOW else ConfigurationError
            raise kind(f"GitHub answered {error.code} {error.reason} to {method} {path}") from None
        except OSError as error:
            raise NetworkError(f"GitHub at {self.api} cannot be reached: {error}") from error


def has_succeeded(run: dict[str, Any] | None, request_id: str) -> bool:
    """Return whether a run has ended well, False while it has not ended. Raises WorkflowError when it ended otherwise.

    run: as GitHub describes it (status, conclusion, html_url), None where there is none yet
    """
    if run is None or run["status"] != "completed":
        return False
    if run["conclusion"] != "success":
        raise WorkflowError(f"the workflow run {run['html_url']} ({request_id}) ended with {run['conclusion']}")
    return True


def github_of(connection: Any) -> GitHub:
    """Return the repository that an Airflow connection describes.

    connection: password the token, extra {"repository": "owner/name"}, host the address of the API (default: public)
    Raises ConfigurationError for a connection without token or repository.
    """
    repository = connection.extra_dejson.get("repository", "")
    if not connection.password or repository.count("/") != 1:
        raise ConfigurationError(
            f'the connection \'{CONNECTION}\' needs a token as password and the extra {{"repository": "owner/name"}}'
        )
    return GitHub(repository, connection.password, connection.host or PUBLIC_API)
