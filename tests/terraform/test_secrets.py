"""No secret is in the configuration, and none gets into a plan or a state."""

import re
import subprocess

import pytest

from store_matching.infrastructure.offline_terraform import PROJECT, VALUES

TERRAFORM = PROJECT / "terraform"
VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
# Keys, addresses of people: never shown, never with a value of ours.
SENSITIVE = {"public_keys", "recipients", "alert_recipients"}
SECRET_NAMES = re.compile("password|secret|token|private|passphrase|credential")
PLANTED = "PLANTED-0d9f3c"


def variables() -> list[tuple[str, str, str]]:
    """(file, name, body) of each variable."""
    return [
        (str(file.relative_to(TERRAFORM)), name, body)
        for file in sorted(TERRAFORM.rglob("*.tf"))
        if ".terraform" not in file.parts
        for name, body in VARIABLE.findall(file.read_text(encoding="utf-8"))
    ]


def test_what_is_sensitive_is_marked_and_has_no_default():
    found = [variable for variable in variables() if variable[1] in SENSITIVE]
    assert {name for _, name, _ in found} == SENSITIVE
    for file, name, body in found:
        assert "sensitive   = true" in body or "sensitive = true" in body, (file, name)
        assert "default" not in body, (file, name)


def test_no_variable_takes_a_secret():
    assert not [(file, name) for file, name, _ in variables() if SECRET_NAMES.search(name)]


def test_no_file_holds_a_key():
    tracked = subprocess.run(
        ["git", "ls-files", "terraform", "contracts"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert tracked
    for name in tracked:
        text = (PROJECT / name).read_text(encoding="utf-8")
        assert not re.search(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}", text), name
        assert not re.search(r"MII[A-Za-z0-9+/]{60}", text), name


def test_the_private_key_reaches_neither_plan_nor_state(make_workspace, monkeypatch):
    workspace = make_workspace()
    workspace.give("SNOWFLAKE_PRIVATE_KEY", PLANTED)
    output = workspace.in_environment("dev", "init")
    output += workspace.in_environment("dev", "plan", VALUES, "-out=plan")
    output += workspace.in_environment("dev", "show", "-json", "plan")
    output += workspace.in_environment("dev", "apply", "plan")
    assert PLANTED not in output
    for file in workspace.root.rglob("*"):
        assert not file.is_file() or PLANTED.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("value", ["MIIExampleLoader", "data.team@example.com"])
def test_what_is_sensitive_is_not_shown(applied, value):
    workspace, _ = applied
    shown = workspace.in_environment("dev", "show")
    assert "(sensitive value)" in shown
    assert value not in shown
