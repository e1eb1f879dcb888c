"""Comments of a pull request and the state of production, over HTTP."""

import io
import zipfile

import pytest

from store_matching.continuous_integration.errors import WorkflowStepError
from store_matching.continuous_integration.github_api import GitHubApi
from store_matching.continuous_integration.production_state import fetch_state
from store_matching.continuous_integration.pull_request_comment import MOST_CHARACTERS, write_comment

MARK = "<!-- store-matching: match-quality -->"


def comment(number, body, kind="Bot"):
    return {"id": number, "body": body, "user": {"type": kind}}


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, text in files.items():
            packed.writestr(name.replace("_json", ".json"), text)
    return buffer.getvalue()


def test_the_first_report_is_a_new_comment(github, api):
    github.comments = [comment(1, "a word of a person", "User"), comment(2, "<!-- store-matching: terraform-prod -->")]
    assert write_comment(api, 12, "match-quality", "### it holds") == "https://github.com/new"
    assert github.asked[-1] == (
        "POST",
        "/repos/owner/stores/issues/12/comments",
        {"body": f"{MARK}\n### it holds"},
    )


def test_a_later_report_takes_its_place_also_on_the_second_page(github, api):
    github.comments = [comment(number, "talk", "User") for number in range(100)] + [comment(200, f"{MARK}\nold")]
    assert write_comment(api, 12, "match-quality", "new") == "https://github.com/200"
    assert github.asked[-1][0] == "PATCH"


def test_a_person_who_quotes_the_mark_is_not_overwritten(github, api):
    github.comments = [comment(1, f"{MARK}\nmine", "User")]
    write_comment(api, 12, "match-quality", "new")
    assert github.asked[-1][0] == "POST"


def test_a_long_report_is_cut_where_github_would_refuse_it(github, api):
    write_comment(api, 12, "match-quality", "x" * 100_000)
    body = github.asked[-1][2]["body"]
    assert len(body) == MOST_CHARACTERS
    assert body.endswith("the whole report is an artifact of the run.\n")


def test_a_refusal_is_told_without_the_token(github):
    with pytest.raises(WorkflowStepError) as raised:
        write_comment(GitHubApi("owner/stores", "another-token", github.url), 12, "match-quality", "text")
    assert "GitHub answered 401 Unauthorized to GET /repos/owner/stores/issues/12/comments" in str(raised.value)
    assert "another-token" not in str(raised.value) + repr(raised.value.__cause__)


@pytest.mark.parametrize("missing", ["GITHUB_REPOSITORY", "GITHUB_TOKEN"])
def test_a_missing_setting_is_named(monkeypatch, missing):
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/stores")
    monkeypatch.setenv("GITHUB_TOKEN", "token")
    monkeypatch.delenv(missing)
    with pytest.raises(WorkflowStepError, match=missing):
        GitHubApi.from_environment()


def test_the_state_is_that_of_the_newest_deployment_of_main(github, api, tmp_path):
    github.add_artifact(archive(manifest_json='{"nodes": 1}'))
    github.add_artifact(archive(manifest_json='{"nodes": 2}'))
    github.add_artifact(archive(manifest_json='{"nodes": 3}'), expired=True)
    assert fetch_state(api, tmp_path / "state") == "sha2"
    assert (tmp_path / "state" / "manifest.json").read_text() == '{"nodes": 2}'


def test_what_forks_and_branches_call_state_is_none(github, api, tmp_path):
    github.add_artifact(archive(manifest_json="{}"), head_repository_id=666)
    github.add_artifact(archive(manifest_json="{}"), head_branch="a-branch")
    assert fetch_state(api, tmp_path / "state") is None
    assert not (tmp_path / "state").exists()


def test_the_store_of_artifacts_never_sees_the_token(github, api, tmp_path):
    github.add_artifact(archive(manifest_json="{}"))
    fetch_state(api, tmp_path)
    (headers,) = github.storage_headers
    assert "Authorization" not in headers


@pytest.mark.parametrize("content", [b"no archive", archive(other_json="{}"), archive(manifest_json="{")])
def test_an_artifact_without_manifest_is_an_error(github, api, tmp_path, content):
    github.add_artifact(content)
    with pytest.raises(WorkflowStepError, match=r"artifact dbt-state of run 1 holds no manifest\.json"):
        fetch_state(api, tmp_path / "state")
    assert not (tmp_path / "state").exists()
