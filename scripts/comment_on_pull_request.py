"""Write a Markdown file as a comment of a pull request, in place of the one that an earlier run wrote.

Reads GITHUB_REPOSITORY and GITHUB_TOKEN (permission pull-requests: write). Exit codes: 0 written, 2 it cannot be.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.continuous_integration.errors import WorkflowStepError
from store_matching.continuous_integration.github_api import GitHubApi
from store_matching.continuous_integration.pull_request_comment import write_comment

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--pull-request", type=int, required=True, metavar="NUMBER")
parser.add_argument("--subject", required=True, help="one comment is kept per subject, for example match-quality")
parser.add_argument("--file", type=Path, required=True, help="the text, Markdown")
arguments = parser.parse_args()

try:
    text = arguments.file.read_text(encoding="utf-8")
    print(write_comment(GitHubApi.from_environment(), arguments.pull_request, arguments.subject, text))
except (WorkflowStepError, OSError) as error:
    print(error, file=sys.stderr)
    sys.exit(2)
