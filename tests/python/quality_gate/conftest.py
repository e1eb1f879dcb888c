"""A project in git that matches by a rule one can read, and a labelled list of six stores a side.

rule.txt says when two stores are a pair: `exact` name, `lower` (case does not matter), `letter` (the first letter is
enough, which is wrong for two pairs), `broken` (the match fails). Scores: 95 exact, 80 by lower case, 60 by letter.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from store_matching.quality_gate import LabelledList

MATCHER = """
import csv, pathlib, sys
import pyarrow as pa, pyarrow.parquet
rule = (pathlib.Path(__file__).parent.parent / "rule.txt").read_text().strip()
if rule == "broken":
    sys.exit("the model stores failed")
given = dict(zip(sys.argv[2::2], sys.argv[3::2]))
gi, th = (list(csv.DictReader(open(given[side], encoding="utf-8"))) for side in ("--gi", "--th"))
scores = {}
for a in gi:
    for b in th:
        x, y = a["name"], b["name"]
        score = 95 if x == y else 80 if x.lower() == y.lower() else 60 if x[0].lower() == y[0].lower() else None
        if score is not None:
            scores[a["id"], b["id"]] = score
least = {"exact": 95, "lower": 80, "letter": 60}[rule]
pairs, taken = [], set()
for (a, b), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
    if score >= least and not {a, b} & taken:
        taken |= {a, b}
        pairs.append((a, b, score))
out = pathlib.Path(given["--out"])
out.mkdir(parents=True)
rows = ["gi_id,th_id,match_score,status"] + [f"{a},{b},{score},MATCHED" for a, b, score in pairs]
(out / "store_matches.csv").write_text("\\n".join(rows) + "\\n")
table = {"gi_id": [a for a, _ in scores], "th_id": [b for _, b in scores]}
table |= {"match_score": [float(score) for score in scores.values()]}
pa.parquet.write_table(pa.table(table), out / "scored_pairs.parquet")
"""
LIST = {
    "gi.csv": "id,name,country\ng1,Anna,FR\ng2,BERTA,FR\ng3,Carl | Co,FR\ng4,Dora,FR\ng5,Emil,FR\ng6,Fritz,FR\n",
    "th.csv": "id,name,country\nt1,Anna,FR\nt2,Berta,FR\nt3,carl | co,FR\nt4,Dieter,FR\nt5,Egon,FR\nt6,Fritz,FR\n",
    "truth.csv": "gi_id,th_id\ng1,t1\ng2,t2\ng3,t3\ng6,t6\n",
}


def git(folder: Path, *arguments: str) -> None:
    author = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, repository: Path) -> Path:
    """The project, with the gate's own script; its commit `base` has the rule `lower`."""
    folder = tmp_path / "project"
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "match_files.py").write_text(MATCHER)
    shutil.copy(repository / "scripts" / "check_match_quality.py", folder / "scripts")
    (folder / "store_matching").symlink_to(repository / "store_matching")
    (folder / ".gitignore").write_text("target/\n")
    (folder / "rule.txt").write_text("lower")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "base")
    git(folder, "tag", "base")
    return folder


@pytest.fixture
def labelled(tmp_path: Path) -> LabelledList:
    """The list; six stores a side, four true pairs."""
    folder = tmp_path / "lists" / "six_stores"
    folder.mkdir(parents=True)
    for name, text in LIST.items():
        (folder / name).write_text(text)
    return LabelledList(folder)
