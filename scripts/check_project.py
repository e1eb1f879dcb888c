"""Check the project's own conventions; print each violation and exit with 1 when there is one."""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.operations.project_conventions import RULES, check_project  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--manifest", type=Path, default=ROOT / "target/manifest.json", help="written by dbt parse")
arguments = parser.parse_args()
if not arguments.manifest.is_file():
    sys.exit(f"{arguments.manifest} does not exist: run `dbt parse` first, or name it with --manifest")

violations = check_project(json.loads(arguments.manifest.read_text(encoding="utf-8")), ROOT)
for violation in violations:
    print(violation)
if violations:
    sys.exit(f"{len(violations)} violations of the conventions in docs/testing.md")
print(f"project conventions: {len(RULES)} rules, no violation")
