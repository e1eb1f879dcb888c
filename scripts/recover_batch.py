"""Bring lost batches back into their tables: show what would be done, or do it.

  --plan   scan, and say for each lost batch how it would come back (the default)
  --apply  do it: exactly once, in one commit per table, with a tag before and after; no file is ever deleted

Choose one file (--file), one window (--table and --window), or all that is missing (the default). A window that has
no file in storage becomes a request to the loader, a row in OPS.reload_requests.

Exit codes: 0 done or nothing to do, 2 the lake or a table cannot be used, 3 something that was asked for could not
be recovered.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.landing.options import window_start
from store_matching.sentinel.canonical_paths import canonical_path
from store_matching.sentinel.interval import interval
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import Method, plan_step, recoverable
from store_matching.sentinel.scan import scan_connection
from store_matching.sentinel.scan_all import ledger_folder, scan_lake, utc_now
from store_matching.sentinel.types import Finding
from store_matching.sentinel.watched import WatchedTable, read_watched

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
what = parser.add_mutually_exclusive_group()
what.add_argument("--plan", action="store_true", help="only show (the default)")
what.add_argument("--apply", action="store_true", help="do it")
parser.add_argument("--file", metavar="PATH", help="only this file")
parser.add_argument("--table", metavar="NAME", help="only this table")
parser.add_argument("--window", type=window_start, help="only the window that starts then, UTC")
parser.add_argument("--grace", type=interval, metavar="TIME", help="least age of a file (default: as declared)")
parser.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")
arguments = parser.parse_args()


def tell(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


def chosen(findings: list[Finding]) -> list[Finding]:
    """Those of the findings that were asked for."""
    path = None if arguments.file is None else canonical_path(str(arguments.file))
    return [
        finding
        for finding in recoverable(findings, path)
        if arguments.table in (None, finding.table_name) and arguments.window in (None, finding.batch.window_start)
    ]


def main() -> int:
    """Scan, plan, and apply when asked."""
    lake = open_lake(arguments.lake, create=False)
    tables = [table for table in read_watched() if arguments.table in (None, table.table_name)]
    if arguments.table and not tables:
        tables = [WatchedTable(arguments.table)]
    if arguments.grace is not None:
        tables = [WatchedTable(**{**vars(table), "grace_minutes": arguments.grace / 60}) for table in tables]
    scan = scan_lake(lake, tables, notify=tell)
    for table, reason in scan.failures.items():
        tell(f"{table} was not judged: {reason}")
    findings = chosen(scan.findings)
    if not findings:
        young = [f for f in scan.findings if f.confirmed_at is None and f.file_path is not None]
        print("nothing to recover" + (f"; {len(young)} files are too young to be judged" if young else ""))
        if arguments.file:
            for finding in scan.findings:
                if finding.file_path == canonical_path(arguments.file):
                    print(f"{finding.file_path} is {finding.finding_class}: {finding.evidence}")
        return 2 if scan.failures else 0
    is_whole = True
    for scanned in scan.tables:
        mine = [finding for finding in findings if finding.table_name == scanned.watched.table_name]
        if not mine:
            continue
        if not arguments.apply:
            with scan_connection(scanned.table) as connection:
                for finding in mine:
                    print(plan_step(connection, scanned.table, finding).text())
            continue
        for outcome in recover(lake, scanned.watched, mine, ledger_folder(lake), utc_now, tell):
            label = outcome.finding.file_path or f"window {outcome.finding.batch.window_start}"
            rows = f", {outcome.rows:,} rows" if outcome.is_recovered else ""
            print(f"{outcome.finding.table_name}: {label}: {outcome.text}{rows}")
            is_whole = is_whole and not outcome.text.startswith(str(Method.NONE))
    if not arguments.apply:
        print("nothing was changed; --apply does it")
    return 2 if scan.failures else 0 if is_whole else 3


try:
    sys.exit(main())
except LakeError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
