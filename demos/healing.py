"""The story of auto-healing: `make demo-healing`.

A list arrives in which some stores carry a legal form that the cleaning does not know. They lose their partners, and
each leaves a trigger. The fix is one line of a seed; the next run computes these stores alone, and its release
consumes their triggers. Every other store keeps its decision and the version of the logic that made it.
"""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demos.story import ROOT, Story
from store_matching.lake import open_lake

SCRATCH = ROOT / "target" / "demo_healing"
STORES = 600
RENAMED = 150
# Of no registry, so that the demonstration still works when the seed has grown.
FORM = "Zweckbetrieb Kommunaltrust Stiftungsfonds"
FORM_LINE = "*,zweckbetrieb kommunaltrust stiftungsfonds,phrase,end"
DECISIONS = "select store_key, status, partner_store_key, logic_version from staging.store_matches order by 1"


class Healing(Story):
    """The story's own copy of the project, whose seed is mended."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.project = folder / "project"
        for part in ("macros", "models", "seeds", "tests/generic"):
            shutil.copytree(ROOT / part, self.project / part)
        shutil.copy(ROOT / "dbt_project.yml", self.project)
        (self.project / "store_matching").symlink_to(ROOT / "store_matching")

    def load(self, source: str, window: str, file: Path) -> None:
        """Load a batch as a loader does."""
        arguments = ("--source", source, "--window", window, "--batch-id", f"{source}-{window[-5:-3]}00")
        self.run("scripts/load_batch.py", *arguments, str(file))

    def decisions(self) -> dict[str, tuple]:
        """Status, partner and logic version by store."""
        return {key: tuple(rest) for key, *rest in self.query(DECISIONS)}

    def triggers(self) -> list[dict]:
        """All triggers, the most promising first."""
        return open_lake().ops.rows("select * from reprocess_triggers order by potential_score desc, store_key")


def give_form(story: Healing, extract: Path) -> tuple[Path, set[str]]:
    """A later GI extract in which matched stores carry the legal form and nothing but their name tells who they are.

    Returns the file and the keys of the stores in it.
    """
    # Pairs that were no more than good enough: better ones match whatever they are called.
    chosen = {
        row[0]
        for row in story.query(
            f"""select current_stores.store_id from staging.store_matches
                inner join staging.current_stores using (store_key)
                where store_matches.source_system = 'GI' and status = 'MATCHED' and total_points >= 60
                order by total_points, 1 limit {RENAMED}"""
        )
    }
    renamed = story.folder / "gi_renamed.csv"
    with extract.open(encoding="utf-8", newline="") as file, renamed.open("w", encoding="utf-8", newline="") as out:
        reader = csv.DictReader(file)
        writer = csv.DictWriter(out, reader.fieldnames, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        rows = [row for row in reader if row["id"] in chosen]
        for row in rows:
            row["name"] = f"{row['name']} {FORM}"
            row["phone"] = row["website"] = ""
        writer.writerows(rows)
    story.say("\n".join(row["name"] for row in rows[:3]) + f"\n… and {len(rows) - 3} more")
    return renamed, {f"GI:{store_id}" for store_id in chosen}


def show_triggers(story: Healing, renamed: set[str]) -> None:
    """The triggers of the renamed stores one by one, the others counted."""
    names = dict(story.query("select store_key, store_name from staging.current_stores"))
    waiting = story.triggers()
    for row in waiting:
        if row["store_key"] in renamed:
            story.say(
                f"{row['store_key']} scored {row['failed_score']:>3.0f} with {row['candidate_store_key']}, "
                f"could score {row['potential_score']:.0f}   {names[row['store_key']]}"
            )
    others = sum(row["store_key"] not in renamed for row in waiting)
    story.say(f"and {others} of other stores: partners of these, and stores that fail for reasons of their own")


def show_outcomes(story: Healing) -> None:
    """What became of the stores that had triggers, and which release consumed them."""
    healed = story.query(
        """select store_key, score_before, score_after, partner_store_key
           from diagnostics.healing_outcomes where outcome = 'healed' order by store_key"""
    )
    for store, before, after, partner in healed:
        story.say(f"healed  {store:<18} {before:>3.0f} → {after:.0f}  with {partner}")
    counts = story.query("select outcome, count(*) from diagnostics.healing_outcomes group by 1 order by 1")
    story.say(", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in counts))
    releases = {row["consumed_release_id"] for row in story.triggers()}
    story.say(f"every trigger is consumed, by release {', '.join(map(str, sorted(releases)))}")


def main() -> None:
    """Play the story; exit with a message where it does not go as it should."""
    story = Healing(SCRATCH)
    demo = SCRATCH / "demo"
    story.step(f"Two lists of {STORES} stores are matched and released.")
    story.run("scripts/generate_stores.py", "--stores", str(STORES), "--out", str(demo), quiet=True)
    for source in ("gi", "th"):
        story.load(source, "2026-11-20T11:00", demo / f"{source}.csv")
    first = story.build()
    story.step(f"At 12:00 GI sends {RENAMED} of its stores again, with a legal form that nobody has heard of.")
    extract, renamed = give_form(story, demo / "gi.csv")
    story.load("gi", "2026-11-20T12:00", extract)
    broken = story.build()
    story.step("At night, each store that failed with a promising candidate asks to be computed again.")
    told = story.dbt("run-operation", "enqueue_reprocess_triggers")
    story.say("\n".join(line[10:] for line in told.splitlines() if "trigger" in line and "Running" not in line))
    show_triggers(story, renamed)
    story.step("A run of the same logic has nothing to do for them, and makes no release.")
    story.build()
    story.step("Somebody mends the logic: one line of seeds/legal_forms.csv.")
    seed = story.project / "seeds" / "legal_forms.csv"
    with seed.open("a", encoding="utf-8") as file:
        file.write(FORM_LINE + "\n")
    story.say(f"+ {FORM_LINE}")
    story.step("The next run computes what the triggers touch, and no other store.")
    before = story.decisions()
    healed = story.build()
    after = story.decisions()
    story.step("What became of them.")
    show_outcomes(story)
    story.step("The rest is untouched.")
    anew = {key for key in after if after[key][2] != before[key][2]}
    changed = {key for key in after if after[key][:2] != before[key][:2]}
    story.say(
        f"{len(changed):,} of {len(after):,} stores have another decision, the new logic decided {len(anew):,};\n"
        f"{len(after) - len(anew):,} keep their decision and the logic version that made it"
    )
    gained = healed["MATCHED"] - broken["MATCHED"]
    consumed = {row["trigger_status"] for row in story.triggers()}
    if broken["MATCHED"] >= first["MATCHED"] or gained <= 0 or consumed != {"consumed"} or not changed <= anew:
        sys.exit("the story did not go as it should")
    print(f"\n{gained:,} stores are matched again, by one line. Everything lies in {SCRATCH}.")


if __name__ == "__main__":
    main()
