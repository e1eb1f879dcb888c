"""Render the project for Snowflake, without an account, and check the SQL against Snowflake's grammar."""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.operations.snowflake_rendering import render_for_snowflake  # noqa: E402
from store_matching.operations.sql_linting import parse_snowflake  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--work", type=Path, default=ROOT / "target/snowflake", help="folder for the rendered SQL")
work = parser.parse_args().work.resolve()

try:
    rendered = render_for_snowflake(ROOT, work)
except RuntimeError as error:
    sys.exit(str(error))
count, findings = parse_snowflake(rendered)
for finding in findings:
    print(f"{rendered.relative_to(work.parent)}/{finding}")
if findings:
    sys.exit(f"{len(findings)} findings in {count} files of SQL rendered for Snowflake")
print(f"Snowflake: {count} SQL files, all parsed, every function known")
