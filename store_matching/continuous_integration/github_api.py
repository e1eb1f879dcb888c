"""The parts of GitHub's REST API that the workflows use: comments of a pull request, artifacts of runs."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from store_matching.continuous_integration.errors import WorkflowStepError

PUBLIC_API = "https://api.github.com"
SECONDS = 60
PAGE = 100


class _ForgetToken(urllib.request.HTTPRedirectHandler):
    """Artifacts are kept on another host: the token is none of its business, and it refuses what it does not know."""

    def redirect_request(self, request: urllib.request.Request, *details: Any) -> urllib.request.Request | None:
        following = super().redirect_request(request, *details)
        if following is not None and following.host != request.host:
            following.remove_header("Authorization")
        return following


@dataclass(frozen=True)
class GitHubApi:
    """A repository (owner/name), a token that is never shown, and the address of the API."""

    repository: str
    token: str = field(repr=False)
    api: str = PUBLIC_API

    @classmethod
    def from_environment(cls) -> GitHubApi:
        """Return the repository that GITHUB_REPOSITORY, GITHUB_TOKEN and GITHUB_API_URL name.

        Raises WorkflowStepError for one that is missing.
        """
        repository, token = os.environ.get("GITHUB_REPOSITORY", ""), os.environ.get("GITHUB_TOKEN", "")
        if repository.count("/") != 1:
            raise WorkflowStepError(f"GITHUB_REPOSITORY is {repository!r}: set it to owner/name")
        if not token:
            raise WorkflowStepError("GITHUB_TOKEN is empty: set it to a token of the repository (docs/ci.md)")
        return cls(repository, token, os.environ.get("GITHUB_API_URL") or PUBLIC_API)

    def pages(self, path: str, key: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the entries of a list, page after page; `key` names the list where the answer is an object."""
        joint = "&" if "?" in path else "?"
        number = 1
        while True:
            answer = self.call("GET", f"{path}{joint}per_page={PAGE}&page={number}")
            entries = answer if key is None else answer[key]
            yield from entries
            if len(entries) < PAGE:
                return
            number += 1

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the answer to one call below the repository. Raises WorkflowStepError."""
        return json.loads(self.read(method, f"{self.api.rstrip('/')}/repos/{self.repository}/{path}", body) or b"null")

    def read(self, method: str, address: str, body: dict[str, Any] | None = None) -> bytes:
        """Return the bytes of one answer. Raises WorkflowStepError, which never holds the token."""
        request = urllib.request.Request(
            address,
            None if body is None else json.dumps(body).encode(),
            {
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
            method=method,
        )
        path = urllib.parse.urlsplit(address).path
        try:
            with urllib.request.build_opener(_ForgetToken).open(request, timeout=SECONDS) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise WorkflowStepError(
                f"GitHub answered {error.code} {error.reason} to {method} {path}; "
                "the rights that each job needs are in docs/ci.md"
            ) from None
        except OSError as error:
            raise WorkflowStepError(f"GitHub at {self.api} cannot be reached: {error}") from error
