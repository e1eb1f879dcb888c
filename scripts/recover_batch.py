"""Bring lost batches back into their tables: show what would be done, or do it.

  --plan   scan, and say for each lost batch how it would come back (the default)
  --apply  do it: exactly once, in one commit per table, with a tag before and after; no file is ever deleted

Choose one file (--file), one window (--table and --window), or all that is missing (the default). Rows that may have
been deleted on purpose come back only by --file. A window that has no file in storage becomes a request to the
loader, a row in OPS.reload_requests.

Exit codes: 0 done or nothing to do, 2 the lake or a table cannot be used, 3 something that was asked for could not
be recovered, or its file was not found.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import Lake, LakeError, open_lake
from store_matching.landing.options import window_start
from store_matching.sentinel.canonical_paths import given_path
from store_matching.sentinel.recover.apply import files_of_main, recover
from store_matching.sentinel.recover.plan import Method, plan_step, recoverable
from store_matching.sentinel.scan import TableScan, ledger_of, scan_connection
from store_matching.sentinel.scan_all import Scan, ledger_folder, scan_lake, utc_now
from store_matching.sentinel.types import Finding
from store_matching.sentinel.watched import add_table_options, chosen_tables

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
what = parser.add_mutually_exclusive_group()
what.add_argument("--plan", action="store_true", help="only show (the default)")
what.add_argument("--apply", action="store_true", help="do it")
parser.add_argument("--file", metavar="PATH", help="only this file")
add_table_options(parser)
parser.add_argument("--window", type=window_start, help="only the window that starts then, UTC")
parser.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")
arguments = parser.parse_args()


def tell(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


def chosen(findings: list[Finding]) -> list[Finding]:
    """Those of the findings that were asked for."""
    return [
        finding
        for finding in recoverable(findings, asked_file())
        if arguments.window in (None, finding.batch.window_start)
    ]


def asked_file() -> str | None:
    """Canonical path of the file that was asked for, None for any."""
    return None if arguments.file is None else given_path(arguments.file)


def tell_of_file(lake: Lake, scan: Scan, path: str) -> int:
    """Say why there is nothing to recover of a file; return the exit code."""
    found = [finding for finding in scan.findings if finding.file_path == path]
    for finding in found:
        print(f"{path} is {finding.finding_class}: {finding.evidence}")
    if found:
        return 3 if any(finding.confirmed_at is None for finding in found) else 0
    if any(is_in_main(lake, scanned, path) for scanned in scan.tables):
        print(f"{path}: main holds the file")
        return 0
    names = ", ".join(scanned.watched.table_name for scanned in scan.tables) or "no table"
    print(
        f"{path} was not found among the files of {names}\n"
        "  what to do: check the path, and name its table with --table, --catalog and --location"
    )
    return 3


def is_in_main(lake: Lake, scanned: TableScan, path: str) -> bool:
    """Whether the table, as it was scanned, names a file."""
    if scanned.table.current_snapshot() is None:
        return False
    with scan_connection(scanned.table) as connection:
        ledger = ledger_of(ledger_folder(lake), connection, scanned.table, scanned.watched)
        return path in files_of_main(ledger, scanned.table)


def main() -> int:
    """Scan, plan, and apply when asked."""
    lake = open_lake(arguments.lake, create=False)
    scan = scan_lake(lake, chosen_tables(arguments), notify=tell)
    for table, reason in scan.failures.items():
        tell(f"{table} was not judged: {reason}")
    findings = chosen(scan.findings)
    if not findings:
        young = [f for f in scan.findings if f.confirmed_at is None and f.file_path is not None]
        print("nothing to recover" + (f"; {len(young)} files are too young to be judged" if young else ""))
        code = 0 if arguments.file is None else tell_of_file(lake, scan, asked_file())
        return 2 if scan.failures else code
    is_whole = True
    for scanned in scan.tables:
        # Not by its name: tables of several catalogs may bear one.
        mine = [finding for finding in findings if finding.table_uuid == str(scanned.table.metadata.table_uuid)]
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
