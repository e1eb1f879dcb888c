"""A server on loopback that answers as GitHub's REST API does to those who start and watch workflows."""

import json
import re
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from .loopback import serve

TOKEN = "a-secret-token"
RUNS = re.compile(r"/repos/owner/stores/actions/workflows/([\w.]+)/runs")
DISPATCHES = re.compile(r"/repos/owner/stores/actions/workflows/([\w.]+)/dispatches")


class GitHubServer:
    """What the server knows and was asked.

    started:     bodies of what was started, with the workflow's file
    conclusion:  how runs end; None where they never end
    looks:       how often a run is looked at before it has ended
    failures:    how many answers are 503 before the server is able
    """

    def __init__(self) -> None:
        self.url = ""
        self.started: list[dict[str, Any]] = []
        self.conclusion: str | None = "success"
        self.looks = 1
        self.failures = 0
        self._looked: dict[int, int] = {}

    def start(self, workflow: str, body: dict[str, Any]) -> None:
        """Start a run; its name is the request id, as `run-name` of the workflows makes it."""
        self.started.append({"workflow": workflow, **body})

    def runs(self, workflow: str) -> dict[str, Any]:
        """The runs of a workflow, newest first."""
        found = []
        for number, started in enumerate(self.started, start=1):
            if started["workflow"] == workflow:
                self._looked[number] = self._looked.get(number, 0) + 1
                has_ended = self.conclusion is not None and self._looked[number] > self.looks
                found.insert(0, self._described(number, started, has_ended))
        return {"total_count": len(found), "workflow_runs": found}

    def _described(self, number: int, started: dict[str, Any], has_ended: bool) -> dict[str, Any]:
        return {
            "id": number,
            "display_title": started["inputs"]["request_id"],
            "head_branch": started["ref"],
            "status": "completed" if has_ended else "in_progress",
            "conclusion": self.conclusion if has_ended else None,
            "html_url": f"{self.url}/owner/stores/actions/runs/{number}",
        }


@contextmanager
def github_server() -> Iterator[GitHubServer]:
    """A server for the time of the context."""
    github = GitHubServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(RUNS, lambda workflow: (200, github.runs(workflow)))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(DISPATCHES, lambda workflow: (204, github.start(workflow, body)))

        def answer(self, place: re.Pattern[str], act: Any) -> None:
            found = place.fullmatch(urllib.parse.urlsplit(self.path).path)
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                code, content = 401, {"message": "Bad credentials"}
            elif github.failures > 0:
                github.failures -= 1
                code, content = 503, {"message": "Service Unavailable"}
            elif found is None:
                code, content = 404, {"message": "Not Found"}
            else:
                code, content = act(found[1])
            self.send_response(code)
            self.end_headers()
            if content is not None:
                self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with serve(Handler) as github.url:
        yield github
