"""Move proven garbage into a quarantine folder beside its table; nothing is deleted, and it can be put back.

Proven garbage is a file whose rows the table holds by another file (duplicate), or that only expired snapshots
needed (expired_leftover), seen as such for at least --delay. Anything else is never moved.

  (nothing)            show what would be moved
  --apply              move it: the manifest that says from where to where is written first
  --restore MANIFEST   put the files of a manifest back

Exit codes: 0 done or nothing to do, 2 the lake or a table cannot be used, 3 a file of the manifest is gone, or --file
is no proven garbage.
"""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.sentinel.canonical_paths import given_path
from store_matching.sentinel.interval import interval
from store_matching.sentinel.scan_all import scan_lake, utc_now
from store_matching.sentinel.sweep.apply import apply_sweep
from store_matching.sentinel.sweep.plan import SWEEPABLE, plan_sweep
from store_matching.sentinel.sweep.restore import restore
from store_matching.sentinel.watched import Catalogs, add_table_options, chosen_tables

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
what = parser.add_mutually_exclusive_group()
what.add_argument("--apply", action="store_true", help="move the files (default: only show)")
what.add_argument("--restore", metavar="MANIFEST", help="put the files of this manifest back")
parser.add_argument("--delay", type=interval, default=7 * 86_400, metavar="TIME", help="default 7d")
add_table_options(parser)
parser.add_argument("--file", metavar="PATH", help="only this file")
parser.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")
arguments = parser.parse_args()


def tell(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


def put_back() -> int:
    """Restore, and say what became of each file."""
    manifest = arguments.restore if "://" in arguments.restore else str(Path(arguments.restore).resolve())
    lake = open_lake(arguments.lake, create=False)
    table = Catalogs(lake).table(chosen_tables(arguments)[0]) if arguments.table else None
    outcomes = restore(lake, manifest, utc_now, table)
    for path, text in outcomes:
        print(f"{path}: {text}")
    restored = sum(text == "restored" for _, text in outcomes)
    print(f"{restored:,} of {len(outcomes):,} files restored")
    return 3 if any(text.startswith("gone") for _, text in outcomes) else 0


def sweep_tables() -> int:
    """Scan, plan, and move when asked."""
    lake = open_lake(arguments.lake, create=False)
    scan = scan_lake(lake, chosen_tables(arguments), notify=tell)
    for table, reason in scan.failures.items():
        tell(f"{table} was not judged: {reason}")
    path = None if arguments.file is None else given_path(arguments.file)
    findings = [finding for finding in scan.findings if path in (None, finding.file_path)]
    if path is not None and not any(finding.finding_class in SWEEPABLE for finding in findings):
        for finding in findings:
            print(f"{path} is {finding.finding_class}, no proven garbage: {finding.evidence}")
        if not findings:
            names = ", ".join(scanned.watched.table_name for scanned in scan.tables) or "no table"
            print(
                f"{path} was not found among the files of {names} that are not as they should be\n"
                "  what to do: check the path, and name its table with --table, --catalog and --location"
            )
        return 2 if scan.failures else 3
    count = 0
    for scanned in scan.tables:
        sweep = plan_sweep(lake, scanned, findings, utc_now(), timedelta(seconds=arguments.delay))
        for finding, reason in sweep.kept:
            print(f"{finding.table_name}: {finding.file_path} stays: {reason}")
        for move in sweep.moves:
            print(f"{move.finding.table_name}: {move.moved_from} ({move.finding.finding_class}) -> {move.moved_to}")
        moved = apply_sweep(lake, sweep, utc_now, tell) if arguments.apply else sweep.moves
        count += len(moved)
        if arguments.apply and moved:
            print(f"to put them back: python scripts/sweep_garbage.py --restore {sweep.manifest}")
    verb = "moved" if arguments.apply else "would be moved; --apply does it"
    print(f"{count:,} files {verb}" if count else "nothing to move")
    return 2 if scan.failures else 0


try:
    sys.exit(put_back() if arguments.restore else sweep_tables())
except LakeError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
