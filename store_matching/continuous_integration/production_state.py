"""The manifest of what is in production, which a deployment keeps as an artifact of its run."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from store_matching.continuous_integration.errors import WorkflowStepError
from store_matching.continuous_integration.github_api import GitHubApi

ARTIFACT = "dbt-state"
BRANCH = "main"
MANIFEST = "manifest.json"


def fetch_state(github: GitHubApi, folder: Path) -> str | None:
    """Write the manifest of the newest deployment of main into `folder`; return its commit, None where there is none.

    Raises WorkflowStepError when the artifact is not what a deployment keeps.
    """
    found = [
        artifact for artifact in github.pages(f"actions/artifacts?name={ARTIFACT}", "artifacts") if _is_ours(artifact)
    ]
    if not found:
        return None
    newest = max(found, key=lambda artifact: artifact["created_at"])
    try:
        with zipfile.ZipFile(io.BytesIO(github.read("GET", newest["archive_download_url"]))) as archive:
            manifest = archive.read(MANIFEST)
        json.loads(manifest)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise WorkflowStepError(
            f"the artifact {ARTIFACT} of run {newest['workflow_run']['id']} holds no {MANIFEST} ({error}): "
            "delete it, or run the workflow deploy again"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_bytes(manifest)
    return newest["workflow_run"]["head_sha"]


def _is_ours(artifact: dict[str, Any]) -> bool:
    run = artifact["workflow_run"]
    # A fork has a branch main too, and its runs may leave an artifact of any name here.
    is_of_this_repository = run["head_repository_id"] == run["repository_id"]
    return not artifact["expired"] and run["head_branch"] == BRANCH and is_of_this_repository
