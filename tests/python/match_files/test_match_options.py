"""Options, profiles and errors of a match, without running a model."""

import subprocess
import sys

import pytest

from store_matching.match_files import MatchOptions, scratch
from store_matching.match_files.transform import _follow, default_threshold


@pytest.mark.parametrize("options", [{"assignment": "1:n"}, {"threshold": 101}, {"threshold": -1}, {"threads": 0}])
def test_bad_options(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        MatchOptions(**options)


def test_default_threshold_is_the_project_s():
    assert 0 < default_threshold() < 100


PLUGIN = "plugins: [{module: store_matching.dbt_plugin}]"
PATH = "path: \"{{ env_var('STORE_MATCHING_DATABASE', 'x') }}\""
FOLLOWS = f"store_matching: {{outputs: {{duckdb: {{{PATH}, {PLUGIN}}}}}}}"
# Of a time before there was a lake: dbt could not start a run with it.
WITHOUT_PLUGIN = f"store_matching: {{outputs: {{duckdb: {{{PATH}}}}}}}"
FIXED = "store_matching: {outputs: {duckdb: {path: /data/production.duckdb}}}"


@pytest.mark.parametrize(
    ("own", "used"),
    [
        (None, "example"),
        (FOLLOWS, FOLLOWS),
        (WITHOUT_PLUGIN, "example"),
        (FIXED, "example"),
        ("{", "example"),
        ("other: 1", "example"),
    ],
)
def test_profile_never_leads_to_another_database(tmp_path, monkeypatch, own, used):
    project = tmp_path / "project"
    project.mkdir()
    (project / "profiles.example.yml").write_text("example", encoding="utf-8")
    if own is not None:
        (project / "profiles.yml").write_text(own, encoding="utf-8")
    monkeypatch.setattr(scratch, "PROJECT_FOLDER", project)
    with scratch.scratch_folder() as folder:
        assert (folder.profiles / "profiles.yml").read_text(encoding="utf-8") == used
    assert not folder.folder.exists()


def test_kept_scratch_folder_starts_empty(tmp_path):
    kept = tmp_path / "scratch"
    for _ in range(2):
        with scratch.scratch_folder(kept) as folder:
            assert not folder.database.exists()
            folder.database.touch()
    assert (kept / "stores.duckdb").exists()


def test_log_lines_become_progress_and_errors():
    lines = [
        "warning of Python\n",
        '{"info": {"name": "LogModelResult", "level": "info", "msg": ""}, "data": {"index": 3, "total": 9, '
        '"execution_time": 1.26, "node_info": {"node_name": "stg_stores"}}}\n',
        '{"info": {"name": "RunResultError", "level": "error", "msg": " no column x "}, "data": {}}\n',
    ]
    progress: list[str] = []
    assert _follow(lines, progress.append) == ["no column x"]
    assert progress == ["    3 of 9  stg_stores (1.3 s)"]
    assert _follow(lines[:1], progress.append) == ["warning of Python"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--th", "th.csv", "--out", "out"], "--gi"),
        (["--gi", "none.csv", "--th", "none.csv", "--out", "out"], "none.csv: the file does not exist"),
        (["--gi", "x", "--th", "y", "--out", "out", "--threshold", "500"], "between 0 and 100"),
        (["--gi", "x", "--th", "y", "--out", __file__], "is a file; name a folder"),
    ],
)
def test_script_says_what_is_wrong(repository, tmp_path, arguments, words):
    outcome = subprocess.run(
        [sys.executable, str(repository / "scripts" / "match_files.py"), *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert outcome.returncode == 2
    assert words in outcome.stderr
    assert "Traceback" not in outcome.stderr
