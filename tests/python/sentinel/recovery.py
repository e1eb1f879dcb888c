"""What the tests of recovery share: scan and recover a watched table, and what it holds then."""

from collections import Counter

from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import plan_step, recoverable
from store_matching.sentinel.scan import scan_connection
from store_matching.sentinel.scan_all import scan_lake, utc_now

from .conftest import GI, LATER


def later():
    """When every file is old enough to be judged."""
    return utc_now() + LATER


def scanned(watched, declared=GI):
    """The scan of the table and what of it can be recovered."""
    scan = scan_lake(watched.lake, [declared], now=later)
    assert scan.failures == {}
    return scan.tables[0], recoverable(scan.findings)


def recovered(watched, declared=GI):
    """Scan and recover; return the outcomes."""
    scan, findings = scanned(watched, declared)
    return recover(watched.lake, scan.watched, findings, watched.ledgers, utc_now)


def methods(watched, declared=GI):
    """By which rung each finding would come back."""
    scan, findings = scanned(watched, declared)
    with scan_connection(scan.table) as connection:
        return [plan_step(connection, scan.table, finding).method for finding in findings]


def ids(watched):
    """How often the table holds each store."""
    return Counter(watched.table.scan().to_arrow().column("store_id").to_pylist())


def once(letters):
    """Each of the stores once."""
    return dict.fromkeys(letters, 1)


def state(watched):
    """Metadata and files: what a run that changes nothing leaves as it is."""
    return watched.table.metadata_location, watched.files()


def in_a_file_each(watched):
    """Make the table's writers write each row into a file of its own."""
    with watched.table.transaction() as transaction:
        transaction.set_properties({"write.target-file-size-bytes": "1"})
