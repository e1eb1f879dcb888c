"""The story of the lost batch, with two real writers: `make demo-lost-batch`.

11:00 lands. The 12:00 job is slow: it writes its file, and before it commits the fast 13:00 job has. Its commit is
refused, and the table has a hole that no query shows. At 14:00 the same happens, but the orchestrator runs the task
again: the batch is there, and its first file is left over. The Sentinel tells the two apart, and the lost batch comes
back, once.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
import zlib
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demos.story import ROOT, Story, told
from store_matching.lake import open_lake
from store_matching.lake.extensions import load_extensions

SCRATCH = ROOT / "target" / "demo_lost_batch"
STORES = 600
DAY = "2026-11-20"
HOURS = (11, 12, 13, 14, 15)
GRACE = "1s"


class LostBatch(Story):
    """The story's loaders, and what they leave in the table."""

    def load(self, hour: int, source: str = "gi", *, quiet: bool = False) -> None:
        """Load a batch as a loader does."""
        arguments = ("--source", source, "--window", f"{DAY}T{hour}:00", "--batch-id", f"{source}-{hour}00")
        self.run("scripts/load_batch.py", *arguments, str(self.extract(hour, source)), quiet=quiet)

    def extract(self, hour: int, source: str = "gi") -> Path:
        """The extract file of an hour."""
        return self.folder / "extracts" / f"{source}_{hour}00.csv"

    def race(self, slow: int, fast: int) -> None:
        """A slow writer has its files written when a fast one commits; then it tries to commit."""
        signals = self.folder / f"signals_{slow}"
        signals.mkdir()
        command = ["demos/slow_writer.py", str(self.extract(slow)), f"{DAY}T{slow}:00", f"gi-{slow}00", str(signals)]
        writer = subprocess.Popen([sys.executable, *command], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        while not (signals / "written").exists():
            if writer.poll() is not None:
                sys.exit(f"the slow writer ended early:\n{writer.communicate()[1]}")
            time.sleep(0.05)
        self.say(f"the {slow}:00 job (process {writer.pid}) has written its file; now the {fast}:00 job runs:")
        self.load(fast)
        (signals / "go").touch()
        _, error = writer.communicate()
        self.say(f"the {slow}:00 job commits, and ends with exit code {writer.returncode}:")
        self.say(error.strip().replace(f"{self.folder}/", ""))
        if writer.returncode != 3:
            sys.exit("the slow commit was not refused")

    def windows(self) -> dict[str, int]:
        """Show the rows of each window that a query of the table finds."""
        table = open_lake().table("raw.gi_stores")
        with duckdb.connect() as connection:
            load_extensions(connection)
            rows = connection.execute(
                f"""select strftime(batch_window_start, '%H:%M') as batch_window, count(*) as stores
                    from iceberg_scan('{table.metadata_location}') group by all order by all"""
            ).fetchall()
        self.say("> select batch_window_start, count(*) from raw.gi_stores group by 1 order by 1")
        self.say("\n".join(f"{window}  {stores:>5,} stores" for window, stores in rows))
        return dict(rows)


def make_extracts(story: LostBatch) -> None:
    """Generate stores, and cut each list into one extract per hour by the id."""
    source, target = story.folder / "demo", story.folder / "extracts"
    target.mkdir()
    story.run("scripts/generate_stores.py", "--stores", str(STORES), "--out", str(source), quiet=True)
    for name in ("gi", "th"):
        with (source / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        position = header.index("id")
        for at, hour in enumerate(HOURS):
            with story.extract(hour, name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, quoting=csv.QUOTE_ALL)
                writer.writerow(header)
                writer.writerows(row for row in rows if zlib.crc32(row[position].encode()) % len(HOURS) == at)


def main() -> None:
    """Play the story; exit with a message where it does not go as it should."""
    story = LostBatch(SCRATCH)
    story.step(f"Two lists of {STORES} stores in hourly batches. Those of TH land, and the first of GI, 11:00.")
    make_extracts(story)
    for hour in HOURS:
        story.load(hour, "th", quiet=True)
    story.load(11)
    story.step("12:00 is slow. Its file lies in storage when 13:00 commits first; Iceberg refuses the 12:00 commit.")
    story.race(12, 13)
    story.step("The same at 14:00, but there the orchestrator retries the task, as orchestrators do.")
    story.race(14, 15)
    story.say("the naive retry:")
    story.load(14)
    story.step("No query complains. The table has a hole at 12:00, and GOLD is built from it.")
    hole = story.windows()
    before = story.build()
    story.step("The Sentinel compares the files in storage with those that metadata names.")
    time.sleep(1.5)
    found = story.run("scripts/sentinel.py", "scan", "--all", "--grace", GRACE, expect=(4,))
    story.say(
        "The 12:00 file is a lost batch, and the alert names the commit it lost to. The first file of 14:00 is a\n"
        "duplicate: its rows are in the table by the retry. Deleting every unknown file, as others do, would have\n"
        "destroyed 12:00."
    )
    story.step("What would be done, and then it is done: exactly once.")
    story.run("scripts/recover_batch.py", "--plan", "--grace", GRACE)
    story.run("scripts/recover_batch.py", "--apply", "--grace", GRACE)
    story.run("scripts/recover_batch.py", "--apply", "--grace", GRACE)
    story.step("The table is healed, and so is GOLD.")
    healed = story.windows()
    after = story.build()
    story.step("The Sentinel has nothing to tell any more. The duplicate may be moved away, and put back.")
    story.run("scripts/sentinel.py", "scan", "--grace", GRACE)
    story.run("scripts/sweep_garbage.py", "--grace", GRACE, "--delay", "1s")
    if "12:00" in hole or "12:00" not in healed or after["MATCHED"] <= before["MATCHED"] or "conflict" not in found:
        sys.exit("the story did not go as it should")
    print(f"\nBefore: {told(before)}.\nAfter:  {told(after)}.")
    print(f"{after['MATCHED'] - before['MATCHED']:,} stores are matched again. Everything lies in {SCRATCH}.")


if __name__ == "__main__":
    main()
