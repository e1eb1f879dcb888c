"""A server that answers as GitHub does, its store of artifacts on another host, and a dbt that only notes."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from store_matching.continuous_integration.github_api import GitHubApi

TOKEN = "a-token-of-the-job"


class GitHub:
    """What the server knows and was asked.

    comments:  of pull request 12
    artifacts: as GitHub lists them; archives: their bytes by id
    asked:     method, path and body of every call; headers of those for archives
    """

    def __init__(self) -> None:
        self.url = self.storage_url = ""
        self.comments: list[dict[str, Any]] = []
        self.artifacts: list[dict[str, Any]] = []
        self.archives: dict[str, bytes] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.storage_headers: list[dict[str, str]] = []

    def add_artifact(self, archive: bytes, **details: Any) -> None:
        number = str(len(self.artifacts) + 1)
        run = {"id": int(number), "head_branch": "main", "head_sha": f"sha{number}", "repository_id": 1}
        run |= {"head_repository_id": 1} | {
            key: details.pop(key) for key in list(details) if key in (*run, "head_repository_id")
        }
        self.archives[number] = archive
        self.artifacts.append(
            {
                "expired": False,
                "created_at": f"2026-11-{int(number):02}T00:00:00Z",
                "archive_download_url": f"{self.url}/repos/owner/stores/actions/artifacts/{number}/zip",
                "workflow_run": run,
            }
            | details
        )


@contextlib.contextmanager
def serve(handler: type[BaseHTTPRequestHandler], host: str) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def github() -> Iterator[GitHub]:
    """The server, for the time of a test."""
    known = GitHub()

    class Storage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.storage_headers.append(dict(self.headers))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(known.archives[self.path.strip("/")])

        def log_message(self, *_: Any) -> None:
            pass

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.take()

        def do_POST(self) -> None:
            self.take()

        def do_PATCH(self) -> None:
            self.take()

        def take(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            known.asked.append((self.command, self.path, body))
            path, _, query = self.path.removeprefix("/repos/owner/stores/").partition("?")
            page = int(query.rpartition("page=")[2] or 1) - 1
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return self.answer(401, {"message": "Bad credentials"})
            if path.endswith("/zip"):
                self.send_response(302)
                self.send_header("Location", f"{known.storage_url}/{path.split('/')[-2]}")
                return self.end_headers()
            if path == "actions/artifacts":
                return self.answer(200, {"artifacts": known.artifacts[page * 100 : page * 100 + 100]})
            if path == "issues/12/comments" and self.command == "GET":
                return self.answer(200, known.comments[page * 100 : page * 100 + 100])
            if path == "issues/12/comments":
                return self.answer(201, {"html_url": "https://github.com/new"})
            if path.startswith("issues/comments/"):
                return self.answer(200, {"html_url": f"https://github.com/{path.rpartition('/')[2]}"})
            return self.answer(404, {"message": "Not Found"})

        def answer(self, code: int, content: Any) -> None:
            self.send_response(code)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with serve(Api, "127.0.0.1") as known.url, serve(Storage, "localhost") as known.storage_url:
        yield known


@pytest.fixture
def api(github: GitHub) -> GitHubApi:
    """The repository on that server, with a token it knows."""
    return GitHubApi("owner/stores", TOKEN, github.url)


FAKE_DBT = """#!{python}
import json, os, sys
package = [os.environ["SNOWFLAKE_PACKAGE"]] if "SNOWFLAKE_PACKAGE" in os.environ else []
with open({log!r}, "a") as log:
    log.write(json.dumps([os.environ["SNOWFLAKE_DATABASE"], sys.argv[1:], *package]) + "\\n")
print({said!r})
sys.exit(1 if sys.argv[1] == {failing!r} else 0)
"""
# What the fake of the interpreter names.
PACKAGE = "store_matching-0.1.0-0123456789ab.zip"
# The script looks for dbt beside its interpreter.
AS_IF_BESIDE = """
import runpy, sys
sys.executable = {python!r}
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def fake_dbt(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple]:
    """Function: run a script beside a dbt and a python that note SNOWFLAKE_DATABASE, their arguments and, where it is
    set, SNOWFLAKE_PACKAGE, and fail for one command.

    Returns the process and the notes.
    """
    monkeypatch.delenv("SNOWFLAKE_PACKAGE", raising=False)
    monkeypatch.setenv("SNOWFLAKE_DATABASE", "STORES")
    programs, log = tmp_path / "bin", tmp_path / "log"
    programs.mkdir()

    def run(script: str, *arguments: str, failing: str | None = None) -> tuple:
        for name, said in {"dbt": "", "python": PACKAGE}.items():
            text = FAKE_DBT.format(python=sys.executable, log=str(log), failing=failing, said=said)
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        code = AS_IF_BESIDE.format(python=str(programs / "python"))
        command = [sys.executable, "-c", code, f"scripts/{script}", *arguments]
        outcome = subprocess.run(command, cwd=repository, capture_output=True, text=True)
        return outcome, [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    return run
