"""One comment of a pull request per subject: written once, changed by later runs."""

from __future__ import annotations

from store_matching.continuous_integration.github_api import GitHubApi

# GitHub refuses a longer one.
MOST_CHARACTERS = 65_536
CUT = "\n\n… cut: the whole report is an artifact of the run.\n"


def write_comment(github: GitHubApi, pull_request: int, subject: str, text: str) -> str:
    """Write `text` as the comment about `subject`, in place of an earlier one of the workflows; return its address.

    Raises WorkflowStepError when GitHub refuses.
    """
    mark = f"<!-- store-matching: {subject} -->"
    body = f"{mark}\n{text}"
    if len(body) > MOST_CHARACTERS:
        body = body[: MOST_CHARACTERS - len(CUT)] + CUT
    for comment in github.pages(f"issues/{pull_request}/comments"):
        # A person may quote the mark; only a comment of the workflows is theirs to change.
        if comment["body"].startswith(mark) and comment["user"]["type"] == "Bot":
            return github.call("PATCH", f"issues/comments/{comment['id']}", {"body": body})["html_url"]
    return github.call("POST", f"issues/{pull_request}/comments", {"body": body})["html_url"]
