"""Run Terraform on a copy of terraform/ with the stand-in for the Snowflake provider: no network, no account."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
STUB_PYTHON = PROJECT / ".venv-terraform" / "bin" / "python"
PROVIDER = "registry.terraform.io/snowflakedb/snowflake"
VERSION = "2.20.0"
NO_TERRAFORM = """\
terraform is not on the PATH: 1.9 or newer is wanted.
  what to do: install it (its makers have packages for Debian, Fedora and macOS, and a single file for others),
  then run again"""
NO_STUB = ".venv-terraform is missing\n  what to do: make .venv-terraform/installed"
# Values of every variable, for plans without an account.
VALUES = f"-var-file={PROJECT / 'terraform' / 'offline' / 'example.tfvars'}"
TIMEOUT_SECONDS = 300


class OfflineTerraformError(Exception):
    """Terraform or the environment of the stand-in is missing."""


class OfflineTerraform:
    """A copy of terraform/ and contracts/ in `folder`, whose state is kept there too.

    folder: is made; what is changed in it changes nothing of the project
    Raises OfflineTerraformError when something that it needs is missing.
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
        self._variables = self._environment_variables(self._make_mirror())

    def give(self, name: str, value: str) -> None:
        """Set an environment variable for Terraform."""
        self._variables[name] = value

    def run(self, below: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run terraform in a folder of terraform/, such as 'environments/dev'; its output is text."""
        command = ["terraform", f"-chdir={self.terraform / below}", *arguments]
        return subprocess.run(
            command, env=self._variables, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )

    def _make_mirror(self) -> Path:
        machine = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
        mirror = self.root / "mirror"
        provider = mirror / PROVIDER / VERSION / f"{platform.system().lower()}_{machine}"
        provider.mkdir(parents=True)
        launcher = provider / f"terraform-provider-snowflake_v{VERSION}"
        stub = PROJECT / "terraform" / "offline" / "stub_provider.py"
        # The framework keeps a certificate for its socket in the home folder.
        script = f"#!/bin/sh\nHOME='{mirror}' exec '{STUB_PYTHON}' '{stub}' \"$@\"\n"
        launcher.write_text(script, encoding="utf-8")
        launcher.chmod(0o755)
        return mirror

    def _environment_variables(self, mirror: Path) -> dict[str, str]:
        settings = self.root / "terraformrc"
        installation = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
        settings.write_text(f"disable_checkpoint = true\n{installation}", encoding="utf-8")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TF_", "SNOWFLAKE_"))}
        return kept | {"TF_CLI_CONFIG_FILE": str(settings), "TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": "-no-color"}
