"""A server on loopback that answers as GitHub's REST API does to those who start and watch workflows."""

import json
import re
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import yaml

from .loopback import serve

TOKEN = "a-secret-token"
WORKFLOWS = Path(__file__).resolve().parents[2] / ".github" / "workflows"
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

    def start(self, workflow: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Start a run, whose name `run-name` of the workflow makes, or refuse it as GitHub does; return the answer."""
        if complaint := complaint_about(workflow, body["inputs"]):
            return 422, {"message": complaint}
        self.started.append({"workflow": workflow, **body})
        return 204, None

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
            "display_title": run_name(started["workflow"], started["inputs"]),
            "head_branch": started["ref"],
            "status": "completed" if has_ended else "in_progress",
            "conclusion": self.conclusion if has_ended else None,
            "html_url": f"{self.url}/owner/stores/actions/runs/{number}",
        }


def complaint_about(workflow: str, inputs: dict[str, str]) -> str | None:
    """What GitHub has against the inputs of a run of this repository's workflow file, None when nothing."""
    # YAML reads the key `on` as true.
    declared = yaml.safe_load((WORKFLOWS / workflow).read_text(encoding="utf-8"))[True]["workflow_dispatch"]["inputs"]
    if unexpected := sorted(set(inputs) - set(declared)):
        return f"Unexpected inputs provided: {unexpected}"
    for name, details in declared.items():
        if details.get("required") and not inputs.get(name):
            return f"Required input '{name}' not provided"
        if name in inputs and inputs[name] not in details.get("options", [inputs[name]]):
            return f"Provided value '{inputs[name]}' for input '{name}' not in the list of allowed values"
    return None


def run_name(workflow: str, inputs: dict[str, str]) -> str:
    """The name that `run-name` of the workflow file gives a run."""
    template = yaml.safe_load((WORKFLOWS / workflow).read_text(encoding="utf-8"))["run-name"]
    return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs.get(found[1], ""), template)


@contextmanager
def github_server() -> Iterator[GitHubServer]:
    """A server for the time of the context."""
    github = GitHubServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(RUNS, lambda workflow: (200, github.runs(workflow)))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(DISPATCHES, lambda workflow: github.start(workflow, body))

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
