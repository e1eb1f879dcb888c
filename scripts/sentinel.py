"""Compare the files in storage with those that Iceberg metadata knows, and tell what is not as it should be.

  scan    one pass over the watched tables (seeds/watched_locations.csv); alerts go to standard output, one JSON
          object per line, and to the webhook STORE_MATCHING_ALERT_WEBHOOK; what people read goes to standard error
  watch   the same, again and again: watch --every 15m

An alert is sent once per finding, and again when the finding changes or is resolved.

Exit codes of scan: 0 nothing to do, 1 an alert could not be sent, 2 the lake or a table cannot be scanned,
3 warnings, 4 something is missing from a table.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.sentinel.alerts import WEBHOOK_VARIABLE, send_alerts, text_of, webhook
from store_matching.sentinel.interval import interval
from store_matching.sentinel.scan_all import Scan, scan_lake, utc_now
from store_matching.sentinel.types import SEVERITIES, Severity
from store_matching.sentinel.watched import add_table_options, chosen_tables

EXIT_CODES = {None: 0, Severity.INFO: 0, Severity.WARNING: 3, Severity.CRITICAL: 4}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
commands = parser.add_subparsers(dest="command", required=True)
for name, text in (("scan", "one pass"), ("watch", "passes until it is stopped")):
    command = commands.add_parser(name, help=text)
    command.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")
    add_table_options(command, several=True)
    command.add_argument("--all", action="store_true", help="print findings that need no one too")
    command.add_argument("--believe-all", action="store_true", help="judge even if most files seem lost")
    if name == "watch":
        command.add_argument("--every", type=interval, default=900, metavar="TIME", help="default 15m")
        command.add_argument("--times", type=int, metavar="N", help="stop after so many passes")
arguments = parser.parse_args()


def one_pass() -> int:
    """Scan, tell, and return the exit code."""
    started = time.perf_counter()
    lake = open_lake(arguments.lake, create=False)
    scan = scan_lake(lake, chosen_tables(arguments), believe_all=arguments.believe_all, notify=tell)
    senders = [lambda alert: print(json.dumps(alert), flush=True)]
    if url := os.environ.get(WEBHOOK_VARIABLE):
        senders.append(webhook(url))
    code = EXIT_CODES[scan.severity]
    try:
        alerts = send_alerts(lake.ops, scan.findings, senders, utc_now())
    except OSError as error:
        tell(str(error))
        alerts, code = [], max(code, 1)
    summarize(scan, len(alerts), time.perf_counter() - started)
    return 2 if scan.failures else code


def summarize(scan: Scan, alerts: int, seconds: float) -> None:
    """Tell what was found."""
    for table, reason in scan.failures.items():
        tell(f"{table} was not judged: {reason}")
    shown = [f for f in scan.findings if arguments.all or f.severity != Severity.INFO]
    for finding in shown:
        tell(("" if finding.confirmed_at else "not confirmed yet: ") + text_of(finding))
    counts = {s: sum(f.severity == s for f in scan.findings) for s in reversed(SEVERITIES)}
    told = ", ".join(f"{number} {severity}" for severity, number in counts.items())
    tell(f"{len(scan.tables)} tables in {seconds:.1f} s: {told}; {alerts} alerts sent")


def tell(text: str) -> None:
    """Print for people."""
    print(text, file=sys.stderr, flush=True)


def watch() -> int:
    """Pass after pass; the next one begins an interval after the last one began."""
    passes = 0
    while True:
        due = time.monotonic() + arguments.every
        try:
            code = one_pass()
        except Exception as error:
            # The next pass may find it mended; whatever it is, nobody watches when this ends.
            tell(
                str(error) if isinstance(error, LakeError) else f"this pass ended with {type(error).__name__}: {error}"
            )
            code = 2
        passes += 1
        if arguments.times is not None and passes >= arguments.times:
            return code
        time.sleep(max(0.0, due - time.monotonic()))


try:
    sys.exit(one_pass() if arguments.command == "scan" else watch())
except LakeError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
except KeyboardInterrupt:
    sys.exit(130)
