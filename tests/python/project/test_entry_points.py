"""The commands a newcomer types first: what they say when something is missing."""

import re
import subprocess


def run(*command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_setup_says_that_python_is_missing(repository):
    outcome = run("scripts/set_up_environment.sh", "python-that-is-nowhere", folder=repository)

    assert outcome.returncode == 1
    assert "There is no 'python-that-is-nowhere' on the PATH" in outcome.stderr
    assert "make build PYTHON=" in outcome.stderr


def test_setup_refuses_another_version_of_python(repository, tmp_path):
    other = tmp_path / "python3.12"
    other.write_text("#!/bin/sh\necho 3.12\n")
    other.chmod(0o755)

    outcome = run("scripts/set_up_environment.sh", str(other), folder=repository)

    assert outcome.returncode == 1
    assert "is Python 3.12, but the locked packages are for Python 3.11" in outcome.stderr


def test_make_alone_lists_every_target(repository):
    documented, public = set(), []
    for file in (repository / "Makefile", *(repository / "make").glob("*.mk")):
        makefile = file.read_text(encoding="utf-8")
        documented |= set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))
        public += re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)[1].split()

    outcome = run("make", folder=repository)

    assert outcome.returncode == 0
    assert documented == set(public)
    for target in public:
        assert f"  make {target} " in outcome.stdout


def test_make_match_names_the_missing_file(repository):
    # -o: the environment that runs this test is as good as a new one.
    outcome = run("make", "-o", ".venv/installed", "match", "GI=one.csv", "OUT=matches", folder=repository)

    assert outcome.returncode == 2
    assert "TH is missing; for example:  make match GI=gi.csv TH=th.csv OUT=matches" in outcome.stderr


def test_scripts_explain_themselves(repository):
    for script in (
        "check_project",
        "check_snowflake_sql",
        "debug_connection",
        "lint_sql",
        "print_build_summary",
    ):
        outcome = run(".venv/bin/python", f"scripts/{script}.py", "--help", folder=repository)

        assert outcome.returncode == 0, outcome.stderr
        assert outcome.stdout.startswith("usage: ")
