"""Match labelled lists with this folder and with another version of it; fail when the matches became worse.

The report, with every pair that was gained or lost, is printed as Markdown and written to OUT/comment.md.
Exit codes: 0 the quality holds, 1 it fell below a limit, 2 a version, list or option cannot be used.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.evaluation import EvaluationInputError
from store_matching.generator import GeneratorError
from store_matching.landing import ExtractError
from store_matching.quality_gate import Limits, QualityGateError, find_labelled_lists, generate_labelled_lists
from store_matching.quality_gate.gate import check_match_quality

ROOT = Path(__file__).resolve().parent.parent
# The shipped scorecard reaches 0.82 on the harder of the two.
LEAST_F1_OF_GENERATED_LISTS = 0.8

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--base", required=True, metavar="REFERENCE", help="branch, tag or commit to compare with")
parser.add_argument("--labels", type=Path, metavar="FOLDER", help="<list>/gi.csv, th.csv, truth.csv; else generated")
parser.add_argument("--stores", type=int, default=3000, help="records a side of generated lists (default: %(default)s)")
parser.add_argument("--out", type=Path, default=ROOT / "target" / "match_quality", help="default: %(default)s")
for measure in ("precision", "recall", "f1"):
    default = getattr(Limits(), measure)
    parser.add_argument(
        f"--{measure}", type=float, default=default, metavar="SHARE", help="it may fall by (default: %(default)s)"
    )
parser.add_argument("--least-f1", type=float, metavar="SHARE", help="that head must reach")
arguments = parser.parse_args()

try:
    least = arguments.least_f1
    if least is None and arguments.labels is None:
        least = LEAST_F1_OF_GENERATED_LISTS
    limits = Limits(arguments.precision, arguments.recall, arguments.f1, least)
    lists = (
        generate_labelled_lists(arguments.out / "lists", arguments.stores)
        if arguments.labels is None
        else find_labelled_lists(arguments.labels.resolve())
    )
    verdict = check_match_quality(
        ROOT,
        arguments.base,
        lists,
        limits,
        arguments.out.resolve(),
        lambda line: print(line, file=sys.stderr, flush=True),
    )
except (QualityGateError, EvaluationInputError, ExtractError, GeneratorError, ValueError) as error:
    print(error, file=sys.stderr)
    sys.exit(2)
print(verdict.report)
sys.exit(1 if verdict.broken else 0)
