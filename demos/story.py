"""What demonstrations share: steps told and commands run in a scratch folder of their own."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent


class Story:
    """Tells and runs the steps, with a DuckDB file and a lake below `folder`, which is emptied first."""

    # Where the project is whose dbt runs.
    project = ROOT

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "profiles.example.yml", folder / "profiles.yml")
        self.folder = folder
        self.number = 0
        self.database = folder / "stores.duckdb"
        os.environ["STORE_MATCHING_DATABASE"] = str(self.database)
        os.environ["STORE_MATCHING_LAKE"] = str(folder / "lake")
        os.environ.pop("STORE_MATCHING_ALERT_WEBHOOK", None)

    def step(self, text: str) -> None:
        """Begin a step."""
        self.number += 1
        print(f"\n{self.number}. {text}", flush=True)

    def say(self, text: str) -> None:
        """Print below a step."""
        print("\n".join(f"   {line}" for line in text.splitlines()), flush=True)

    def run(self, *command: str, expect: tuple[int, ...] = (0,), quiet: bool = False) -> str:
        """Run a script of the project, show the command and what it prints; exit when it ends as it should not."""
        shown = [str(Path(part).relative_to(ROOT)) if part.startswith(str(ROOT)) else part for part in command]
        self.say("$ python " + shlex.join(shown))
        done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
        alerts = [line for line in done.stdout.splitlines() if line.startswith('{"finding_id"')]
        printed = "\n".join([done.stderr.rstrip(), *(line for line in done.stdout.splitlines() if line not in alerts)])
        if alerts:
            printed += f"\n{len(alerts)} alerts on standard output, the first as JSON:\n"
            printed += json.dumps({k: v for k, v in json.loads(alerts[0]).items() if k != "text"}, indent=2)
        printed = printed.replace(f"{self.folder}/", "")
        if done.returncode not in expect:
            sys.exit(f"{printed}\nended with exit code {done.returncode}, expected {expect}")
        if not quiet:
            self.say(printed.strip())
        return printed

    def dbt(self, *command: str) -> str:
        """Run one dbt command and return what it printed; exit when it fails."""
        folders = ["--profiles-dir", str(self.folder), "--target-path", str(self.folder / "dbt")]
        folders += ["--log-path", str(self.folder / "logs"), "--target", "duckdb"]
        self.say("$ dbt " + shlex.join(command))
        dbt = Path(sys.executable).with_name("dbt")
        done = subprocess.run([dbt, *command, *folders], cwd=self.project, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout[-4000:])
        return done.stdout

    def build(self, *arguments: str) -> dict[str, int]:
        """Run dbt build, which publishes a release; return golden stores by status."""
        started = time.perf_counter()
        printed = self.dbt("build", *arguments)
        told_of = ("scope: ", "published: ", "no row differs")
        self.say("\n".join(line[10:] for line in printed.splitlines() if any(part in line for part in told_of)))
        counts = dict(self.query("select match_status, count(*) from gold.stores group by 1 order by 1"))
        self.say(f"GOLD after {time.perf_counter() - started:.0f} s: " + told(counts))
        return counts

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query on the story's database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def told(counts: dict[str, int]) -> str:
    """Golden stores by status, in words."""
    return ", ".join(f"{number:,} {status}" for status, number in counts.items())
