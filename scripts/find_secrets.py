"""Look for keys, tokens and passwords in every file that git tracks, or would once it is added.

Exit codes: 0 none found, 1 some found (file, row and kind are printed, never the secret), 2 git cannot list the files.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.continuous_integration.secret_patterns import find_secrets_in_files  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--folder", type=Path, default=ROOT, help="a git repository (default: this one)")
arguments = parser.parse_args()

command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
listed = subprocess.run(command, cwd=arguments.folder, capture_output=True, text=True)
if listed.returncode != 0:
    print(f"git cannot list the files of {arguments.folder}: {listed.stderr.strip()}", file=sys.stderr)
    sys.exit(2)
files = sorted(filter(None, listed.stdout.split("\0")))
findings = find_secrets_in_files(arguments.folder, files)
for finding in findings:
    print(finding)
if findings:
    sys.exit(1)
print(f"no secret in {len(files)} files")
