"""Generate synthetic GI and TH extracts with a truth file, see docs/generator.md."""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.generator import (  # noqa: E402
    NOISE_LEVELS,
    GeneratorError,
    GeneratorOptions,
    generate_extracts,
    write_extracts,
)
from store_matching.generator.options import FORMATS  # noqa: E402


def report(step: str, seconds: float) -> None:
    """Print one finished step."""
    print(f"{seconds:7.1f} s  {step}", flush=True)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--stores", type=int, default=20_000, help="records of each source (default: %(default)s)")
parser.add_argument("--seed", type=int, default=7, help="same seed, same bytes (default: %(default)s)")
parser.add_argument("--out", type=Path, required=True, help="folder to write to")
parser.add_argument("--format", default="csv", help=f"{' or '.join(FORMATS)} (default: %(default)s)")
parser.add_argument("--countries", default="", help="codes as FR,DE (default: all)")
parser.add_argument("--overlap", type=float, default=0.7, help="share of shops in both (default: %(default)s)")
parser.add_argument("--noise", default="normal", help=f"{', '.join(NOISE_LEVELS)} (default: %(default)s)")
parser.add_argument("--with-noise", action="store_true", help="also write which record has which noise, as Parquet")
arguments = parser.parse_args()

started = time.perf_counter()
try:
    options = GeneratorOptions(
        stores=arguments.stores,
        seed=arguments.seed,
        countries=tuple(code.strip().upper() for code in arguments.countries.split(",") if code.strip()),
        overlap=arguments.overlap,
        noise=arguments.noise,
    )
    extracts = generate_extracts(options, report)
    write_extracts(extracts, arguments.out, arguments.format, with_noise=arguments.with_noise, progress=report)
except GeneratorError as error:
    sys.exit(f"error: {error}")

world = extracts.summary["world"]
print(f"{extracts.gi.num_rows} GI and {extracts.th.num_rows} TH records, {world['true_pairs']} true pairs,")
print(f"{extracts.duplicates.num_rows} duplicates, {world['replaced_pairs']} replaced shops")
print(f"done in {time.perf_counter() - started:.1f} s: {arguments.out}")
