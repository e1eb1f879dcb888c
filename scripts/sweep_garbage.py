"""Move proven garbage into a quarantine folder beside its table; nothing is deleted, and it can be put back.

Proven garbage is a file whose rows the table holds by another file (duplicate), or that only expired snapshots
needed (expired_leftover), seen as such for at least --delay. Anything else is never moved.

  (nothing)            show what would be moved
  --apply              move it: the manifest that says from where to where is written first
  --restore MANIFEST   put the files of a manifest back

Exit codes: 0 done or nothing to do, 2 the lake or a table cannot be used, 3 a file of the manifest is gone.
"""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.sentinel.canonical_paths import canonical_path
from store_matching.sentinel.interval import interval
from store_matching.sentinel.scan_all import scan_lake, utc_now
from store_matching.sentinel.sweep import apply_sweep, plan_sweep, restore
from store_matching.sentinel.watched import WatchedTable, read_watched

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
what = parser.add_mutually_exclusive_group()
what.add_argument("--apply", action="store_true", help="move the files (default: only show)")
what.add_argument("--restore", metavar="MANIFEST", help="put the files of this manifest back")
parser.add_argument("--delay", type=interval, default=7 * 86_400, metavar="TIME", help="default 7d")
parser.add_argument("--table", metavar="NAME", help="only this table")
parser.add_argument("--file", metavar="PATH", help="only this file")
parser.add_argument("--grace", type=interval, metavar="TIME", help="least age of a file (default: as declared)")
parser.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")
arguments = parser.parse_args()


def tell(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


def put_back() -> int:
    """Restore, and say what became of each file."""
    manifest = arguments.restore if "://" in arguments.restore else str(Path(arguments.restore).resolve())
    outcomes = restore(open_lake(arguments.lake, create=False), manifest, utc_now)
    for path, text in outcomes:
        print(f"{path}: {text}")
    restored = sum(text == "restored" for _, text in outcomes)
    print(f"{restored:,} of {len(outcomes):,} files restored")
    return 3 if any(text.startswith("gone") for _, text in outcomes) else 0


def chosen_tables() -> list[WatchedTable]:
    """The declared tables, or the one named."""
    tables = [table for table in read_watched() if arguments.table in (None, table.table_name)]
    if arguments.table and not tables:
        tables = [WatchedTable(arguments.table)]
    if arguments.grace is None:
        return tables
    return [WatchedTable(**{**vars(table), "grace_minutes": arguments.grace / 60}) for table in tables]


def sweep_tables() -> int:
    """Scan, plan, and move when asked."""
    lake = open_lake(arguments.lake, create=False)
    scan = scan_lake(lake, chosen_tables(), notify=tell)
    for table, reason in scan.failures.items():
        tell(f"{table} was not judged: {reason}")
    path = None if arguments.file is None else canonical_path(arguments.file)
    findings = [finding for finding in scan.findings if path in (None, finding.file_path)]
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
