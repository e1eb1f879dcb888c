"""Make a small matching project and do to it what the world does; runs in the project's own environment.

project_tool.py make ROOT            the project in ROOT, built, its first release published
project_tool.py change ROOT          a batch of each source: edited, new and deleted stores
project_tool.py lose-partners ROOT   a batch that deletes most TH stores: most golden stores lose their partner
project_tool.py lose-batch ROOT      a loader that is killed between its files and its commit, hours ago
"""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from store_matching.landing import load_batch  # noqa: E402
from tests.python.healing.matching_project import MatchingProject  # noqa: E402

STORES = 120
KEPT_TH_STORES = 12
HOURS_AGO = 3 * 3600


class ExistingProject(MatchingProject):
    """A project that lies in `root` already."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "stores.duckdb"
        self.lake_root = root / "lake"
        self.window = self.outputs = 0


def make(root: Path) -> None:
    """Make and build the project; beside it lie the scripts, as they lie beside the real one."""
    project = MatchingProject(root)
    for name in ("scripts", "store_matching"):
        (root / name).symlink_to(REPOSITORY / name)
    generate = [sys.executable, REPOSITORY / "scripts/generate_stores.py", "--stores", str(STORES), "--seed", "3"]
    subprocess.run([*generate, "--out", root / "demo"], check=True, stdout=subprocess.DEVNULL)
    for source in ("GI", "TH"):
        load_batch(
            project.lake, source, root / "demo" / f"{source.lower()}.csv", datetime(2026, 1, 1), batch_id=f"{source}-0"
        )
    project.dbt("build")


def lose_partners(project: MatchingProject) -> None:
    """Delete most TH stores."""
    project.load("TH", [[*store, "true"] for store in project.stores("TH")[KEPT_TH_STORES:]])


def lose_batch(project: MatchingProject) -> None:
    """Be a loader that dies before its commit; its parent, which lives on, makes its file look old."""
    rows = [["lost-1", "Lost shop", *[None] * 10, "false"]]
    known = set(project.lake_root.rglob("*.parquet"))
    child = os.fork()
    if child == 0:
        catalog = project.lake.catalog
        type(catalog).commit_table = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        project.load("GI", rows)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    (lost,) = [path for path in project.lake_root.rglob("*.parquet") if path not in known]
    moment = lost.stat().st_mtime - HOURS_AGO
    os.utime(lost, (moment, moment))


if __name__ == "__main__":
    command, folder = sys.argv[1], Path(sys.argv[2])
    if command == "make":
        make(folder)
    elif command == "change":
        ExistingProject(folder).change(5, 4)
    elif command == "lose-partners":
        lose_partners(ExistingProject(folder))
    elif command == "lose-batch":
        lose_batch(ExistingProject(folder))
    else:
        sys.exit(__doc__)
