"""What the stand-in for the provider finds: a configuration that passes is worth as much as what fails."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store_matching.infrastructure import offline_terraform
from store_matching.infrastructure.offline_terraform import PROJECT, OfflineTerraform, OfflineTerraformError

ROLES = "modules/roles"
RIGHTS = "modules/rights"
NAMED = '  name    = "STORE_${upper(each.key)}${var.suffix}"\n'


@pytest.mark.parametrize(
    ("module", "text", "other", "message"),
    [
        (ROLES, NAMED, NAMED + '  owner   = "SYSADMIN"\n', 'An argument named "owner" is not expected here'),
        (ROLES, NAMED, "", 'The argument "name" is required'),
        (ROLES, "comment = each.value", "comment = [each.value]", "Inappropriate value for attribute"),
        (RIGHTS, "  on_schema {", "  on_account = true\n  on_schema {", "exactly one of on_account"),
        (RIGHTS, '  privileges        = ["SELECT"]\n', "", "one of privileges and all_privileges is wanted"),
    ],
)
def test_a_mistake_is_found(make_workspace, module, text, other, message):
    workspace = make_workspace()
    workspace.edit(f"terraform/{module}/main.tf", text, other)
    assert workspace.run(module, "init").returncode == 0
    done = workspace.run(module, "validate")
    assert done.returncode != 0
    assert message in workspace.in_one_line(done)


def test_a_missing_terraform_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OfflineTerraformError, match="terraform is not on the PATH"):
        OfflineTerraform(tmp_path / "workspace")


def test_a_missing_environment_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(offline_terraform, "STUB_PYTHON", tmp_path / "python")
    with pytest.raises(OfflineTerraformError, match=r"make \.venv-terraform/installed"):
        OfflineTerraform(tmp_path / "workspace")


def test_a_stand_in_that_does_not_start_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(offline_terraform, "STUB_PYTHON", PROJECT / ".venv" / "bin" / "python")
    with pytest.raises(OfflineTerraformError, match="does not start"):
        OfflineTerraform(tmp_path / "workspace")


def test_the_stand_in_ends_with_whoever_started_it(tmp_path):
    script = f"""
import os, pathlib
from store_matching.infrastructure.offline_terraform import OfflineTerraform
terraform = OfflineTerraform(pathlib.Path({str(tmp_path / "workspace")!r}))
print(terraform._stub.pid, flush=True)
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    pid = int(done.stdout)
    for _ in range(100):
        if not is_running(pid):
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    raise AssertionError("the stand-in outlived its parent")


def is_running(pid: int) -> bool:
    """Whether a process does something yet; one that ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
