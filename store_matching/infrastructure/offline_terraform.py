"""Run Terraform on a copy of terraform/ with the stand-in for the Snowflake provider: no network, no account."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Self

PROJECT = Path(__file__).resolve().parents[2]
STUB_PYTHON = PROJECT / ".venv-terraform" / "bin" / "python"
ADDRESS = re.compile(r"TF_REATTACH_PROVIDERS='(.*)'")
NO_TERRAFORM = """\
terraform is not on the PATH: 1.9 or newer is wanted.
  what to do: install it (its makers have packages for Debian, Fedora and macOS, and a single file for others),
  then run again"""
NO_STUB = ".venv-terraform is missing\n  what to do: make .venv-terraform/installed"
# Values of every variable, for plans without an account.
VALUES = f"-var-file={PROJECT / 'terraform' / 'offline' / 'example.tfvars'}"
NO_STUB_START = ".venv-terraform/bin/python terraform/offline/stub_provider.py says why"
TIMEOUT_SECONDS = 300


class OfflineTerraformError(Exception):
    """Terraform or the environment of the stand-in is missing."""


class OfflineTerraform:
    """A copy of terraform/ and contracts/ in `folder`, whose state is kept there too.

    folder: is made; what is changed in it changes nothing of the project
    Use it as a context manager, or call `close`: the stand-in is a process of its own.
    Raises OfflineTerraformError when something that it needs is missing or does not start.
    """

    def __init__(self, folder: Path) -> None:
        if shutil.which("terraform") is None:
            raise OfflineTerraformError(NO_TERRAFORM)
        if not STUB_PYTHON.is_file():
            raise OfflineTerraformError(NO_STUB)
        self.root = folder
        self.terraform = folder / "terraform"
        left_out = shutil.ignore_patterns(".terraform*", "*.tfstate*", "offline")
        shutil.copytree(PROJECT / "terraform", self.terraform, ignore=left_out)
        shutil.copytree(PROJECT / "contracts", folder / "contracts")
        for environment in (self.terraform / "environments").iterdir():
            override = 'terraform {\n  backend "local" {}\n}\n'
            (environment / "backend_override.tf").write_text(override, encoding="utf-8")
        self._stub = self._start_stub()
        try:
            self._variables = self._environment_variables(self._read_address())
        except OfflineTerraformError:
            self.close()
            raise

    def give(self, name: str, value: str) -> None:
        """Set an environment variable for Terraform."""
        self._variables[name] = value

    def run(self, below: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run terraform in a folder of terraform/, such as 'environments/dev'; its output is text."""
        command = ["terraform", f"-chdir={self.terraform / below}", *arguments]
        return subprocess.run(
            command, env=self._variables, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )

    def close(self) -> None:
        """End the stand-in."""
        self._stub.terminate()
        self._stub.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start_stub(self) -> subprocess.Popen[str]:
        command = [str(STUB_PYTHON), "-u", str(PROJECT / "terraform" / "offline" / "stub_provider.py")]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def _read_address(self) -> str:
        assert self._stub.stdout is not None
        for line in self._stub.stdout:
            if found := ADDRESS.search(line):
                return found[1]
        raise OfflineTerraformError(
            "the stand-in for the provider does not start: run terraform/offline/stub_provider.py"
        )

    def _environment_variables(self, address: str) -> dict[str, str]:
        settings = self.root / "terraformrc"
        settings.write_text("disable_checkpoint = true\n", encoding="utf-8")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TF_", "SNOWFLAKE_"))}
        return kept | {
            "TF_CLI_ARGS": "-no-color",
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
            "TF_REATTACH_PROVIDERS": address,
        }
