"""Compare the matches of scripts/match_files.py with the truth; print quality, calibration and the mistakes.

Exit codes: 0 evaluated, 2 a file or an option cannot be used.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.evaluation import EvaluationInputError, EvaluationInputs, evaluate
from store_matching.evaluation.reliability_figure import reliability_svg
from store_matching.evaluation.report import describe_evaluation
from store_matching.landing import ExtractError
from store_matching.landing.options import add_extract_options, extract_sources

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--matches", type=Path, required=True, metavar="FILE", help="store_matches.csv of a match")
parser.add_argument("--truth", type=Path, required=True, metavar="FILE", help="CSV of true pairs: gi_id, th_id")
parser.add_argument("--pairs", type=Path, metavar="FILE", help="scored_pairs.parquet of the same match")
parser.add_argument(
    "--labelled-pairs", type=Path, metavar="FILE", help="CSV: gi_id, th_id, label (0 or 1), split (optional)"
)
parser.add_argument("--split", help="use only the labelled pairs of this split, for example test")
parser.add_argument("--threshold", type=float, help="match score of a match (default: that of summary.json)")
parser.add_argument("--n-to-1", action="store_true", help="several GI stores may share one TH store")
parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
parser.add_argument("--figure", type=Path, metavar="FILE", help="write the reliability diagram as SVG")
add_extract_options(parser, required=False)
arguments = parser.parse_args()
if arguments.split is not None and arguments.labelled_pairs is None:
    parser.error("--split belongs to --labelled-pairs")

try:
    evaluation = evaluate(
        EvaluationInputs(
            matches=arguments.matches,
            truth=arguments.truth,
            pairs=arguments.pairs,
            labelled=arguments.labelled_pairs,
            split=arguments.split,
            threshold=arguments.threshold,
            n_to_1=arguments.n_to_1,
            sources=tuple(extract_sources(arguments)),
        )
    )
except (EvaluationInputError, ExtractError) as error:
    print(error, file=sys.stderr)
    sys.exit(2)
print(describe_evaluation(evaluation))
if arguments.json is not None:
    text = json.dumps(evaluation.as_dict(), indent=2, ensure_ascii=False)
    arguments.json.write_text(text + "\n", encoding="utf-8")
if arguments.figure is not None:
    arguments.figure.write_text(
        reliability_svg(evaluation.calibration, "Reliability of assigned pairs"), encoding="utf-8"
    )
