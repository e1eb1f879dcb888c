"""Runs of scripts/verify_snowflake.py against the emulator, as somebody would start them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from store_matching.snowflake_proof.proof_project import empty_model
from tests.python.healing.matching_project import MatchingProject
from tests.snowflake.emulator import REPOSITORY, EmulatedAccount

SECONDS = 900
# What no line of a run may hold.
PASSWORD = "snow-K7q"


class ProofRun:
    """An emulated account in `root`, and the script with its login.

    is_whole: the project as it is, all its data tests too; else with thinned lists and without tests, half the time
    """

    def __init__(self, root: Path, *, is_whole: bool = False) -> None:
        self.root = root
        source = REPOSITORY if is_whole else MatchingProject(root / "source").root
        self.account = EmulatedAccount(root / "emulated", source)
        if is_whole:
            # The shim's stand-in for the Python model reads a table that nobody makes in a scratch database.
            model = self.account.project / "models/diagnostics/orphan_files.sql"
            model.write_text(empty_model(), encoding="utf-8")
        self.report = root / "report"

    def command(self, port: int, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """Return a command and its environment, for the server of a port."""
        profile = {
            "type": "snowflake",
            "account": "fakesnow",
            "host": "127.0.0.1",
            "port": port,
            "protocol": "http",
            "user": "fake",
            "password": PASSWORD,
            "role": "STORE_ADMINISTRATOR",
            "warehouse": "STORE_TRANSFORM",
            "database": "STORE_MATCHING",
            "schema": "MAIN",
            "threads": 2,
        }
        outputs = {"store_matching": {"target": "snowflake", "outputs": {"snowflake": profile}}}
        (self.account.project / "profiles.yml").write_text(yaml.safe_dump(outputs), encoding="utf-8")
        script = [sys.executable, str(REPOSITORY / "scripts/verify_snowflake.py"), "--report", str(self.report)]
        environment = os.environ | {"DBT_PROFILES_DIR": str(self.account.project)}
        return [*script, "--project-dir", str(self.account.project), *arguments], environment

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script with a server of its own."""
        with self.account.server() as port:
            command, environment = self.command(port, *arguments)
            return subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )

    def claims(self) -> dict[str, dict]:
        """Return the claims of the report by name."""
        report = json.loads((self.report / "report.json").read_text(encoding="utf-8"))
        return {claim["claim"]: claim for claim in report["claims"]}

    def databases(self) -> set[str]:
        """Return the databases that the account has on disk and that a proof made."""
        return {file.stem for file in self.account.account.glob("STORE_PROOF_*")}
