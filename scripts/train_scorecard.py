"""Learn the match scorecard from labelled store lists and report its quality with each city left out.

--lists is a folder of lists: each a folder with gi.csv, th.csv, pairs.csv (gi_id,th_id,label,split) and truth.csv.
Only pairs of split `train` teach points; `train` and `valid` teach the score look-up; `test` is only measured.
Writes seeds/match_scorecard.csv, seeds/match_score_lookup.csv and docs/scorecard_quality.json, unless
--report-only. Takes about five minutes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.landing import ExtractError
from store_matching.match_files.transform import TransformError, default_threshold
from store_matching.training.recipe import run_recipe, write_quality
from store_matching.training.training_lists import TrainingDataError

PROJECT = Path(__file__).resolve().parent.parent

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--lists", type=Path, required=True, metavar="FOLDER", help="folder of labelled lists")
parser.add_argument("--out", type=Path, default=PROJECT / "seeds", metavar="FOLDER", help="where the seeds go")
parser.add_argument("--report-only", action="store_true", help="measure, write nothing")
arguments = parser.parse_args()
if not arguments.lists.is_dir():
    parser.error(f"--lists {arguments.lists} is not a folder")

try:
    with tempfile.TemporaryDirectory(prefix="train_scorecard_") as work:
        recipe = run_recipe(
            arguments.lists,
            Path(work),
            default_threshold(),
            lambda line: print(line, file=sys.stderr, flush=True),
        )
except (TrainingDataError, ExtractError, TransformError) as error:
    print(error, file=sys.stderr)
    sys.exit(2)

print(f"{'list':<46} {'pairs':>8} {'blocked':>8} {'pair F1':>8} {'list F1':>8} {'prec.':>7} {'recall':>7} {'ECE':>6}")
for quality in recipe.left_out:
    pair_f1 = f"{quality.pair_f1:.4f}" if quality.pair_f1 is not None else ""
    print(
        f"{quality.name:<46} {quality.candidate_pairs:>8,} {quality.blocking_recall:>8.4f} {pair_f1:>8} "
        f"{quality.list_f1:>8.4f} {quality.list_precision:>7.4f} {quality.list_recall:>7.4f} "
        f"{quality.expected_calibration_error:>6.3f}"
    )
print(f"score look-up: intercept {recipe.lookup.intercept:.3f}, slope {recipe.lookup.slope:.3f}")
if not arguments.report_only:
    recipe.scorecard.write(arguments.out / "match_scorecard.csv", recipe.comparisons)
    recipe.lookup.write(arguments.out / "match_score_lookup.csv")
    write_quality(recipe, PROJECT / "docs" / "scorecard_quality.json")
    print(f"wrote {arguments.out / 'match_scorecard.csv'} and match_score_lookup.csv")
