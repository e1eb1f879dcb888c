"""Lint the models, tests and analyses by .sqlfluff, as dbt renders them for DuckDB."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.operations.sql_linting import lint_models  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("paths", nargs="*", help="files or folders; default models, tests and analyses")
parser.add_argument("--fix", action="store_true", help="first mend what sqlfluff can mend")
arguments = parser.parse_args()

os.chdir(ROOT)
paths = arguments.paths or [path for path in ("models", "tests", "analyses") if Path(path).is_dir()]
try:
    count, findings = lint_models(paths, fix=arguments.fix)
except RuntimeError as error:
    sys.exit(str(error))
for finding in findings:
    print(finding)
if findings:
    sys.exit(f"{len(findings)} findings in {count} SQL files")
print(f"SQL style: {count} files, no finding")
