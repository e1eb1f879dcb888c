"""How old a file must be before it is judged: a multiple of the longest write-to-commit lag that was observed."""

from __future__ import annotations

from datetime import timedelta

import duckdb

from store_matching.sentinel.metadata_ledger import MetadataLedger

LAG_FACTOR = 2
# A file that was registered, not written, may be years older than its snapshot: such a lag says nothing of writers.
LONGEST_GRACE = timedelta(hours=1)
# Snapshots that are looked at, newest first.
OBSERVED_SNAPSHOTS = 2_000


def observed_lag(connection: duckdb.DuckDBPyConnection, ledger: MetadataLedger) -> timedelta:
    """Return the longest lag between the last change of a file and the commit that added it.

    connection: holds `listed_files`. Recovered batches do not count.
    """
    rows = connection.execute(
        f"""with {ledger.tables_sql()},
            newest as (
                select snapshot_id, committed_ns from snapshots
                where summary not like '%recovered-from%'
                order by committed_ns desc limit {OBSERVED_SNAPSHOTS}
            )
            select max(committed_ns - modified_ns)
            from (select * from files where status = 1)
            inner join newest using (snapshot_id)
            inner join listed_files using (path)
            where committed_ns - modified_ns between 0 and {int(LONGEST_GRACE.total_seconds() * 1e9)}"""
    ).fetchall()
    return timedelta(microseconds=(rows[0][0] or 0) / 1000)


def grace_of(floor: timedelta, lag: timedelta) -> timedelta:
    """Return the grace of a table: twice the observed lag, at least its declared one, at most an hour unless that is
    declared longer.
    """
    return max(floor, min(LAG_FACTOR * lag, LONGEST_GRACE))
