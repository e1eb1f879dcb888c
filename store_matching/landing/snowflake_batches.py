"""Which batches Snowflake's RAW holds: the rows of RAW.BATCHES, which the transaction of each batch writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store_matching.landing.landed_batches import LandedBatch
from store_matching.operations.snowflake_session import SnowflakeSession

EPOCH = datetime(1970, 1, 1)


def moment(microseconds: int | None) -> datetime | None:
    """Return a time that was selected as microseconds since 1970, UTC, without zone."""
    return None if microseconds is None else EPOCH + timedelta(microseconds=int(microseconds))


def snowflake_batches(session: SnowflakeSession, source_system: str) -> list[LandedBatch]:
    """Return the batches of a source, newest commit first. Raises StatementError.

    landed_count is row_count: RAW.BATCHES does not say how many rows a full extract changed.
    """
    rows = session.run(
        """select source_system, batch_id, date_part(epoch_microsecond, batch_window_start) as window_start,
                source_file, kind, row_count, rejected_count, attempt, load_id,
                date_part(epoch_microsecond, committed_at) as committed, content_digest
            from RAW.batches where source_system = %s order by committed_at desc""",
        [source_system],
    )
    return [
        LandedBatch(
            source_system=row["source_system"],
            batch_id=row["batch_id"],
            window_start=moment(row["window_start"]),
            source_file=row["source_file"],
            kind=row["kind"],
            row_count=row["row_count"] or 0,
            rejected_count=row["rejected_count"] or 0,
            landed_count=row["row_count"] or 0,
            attempt=row["attempt"] or 0,
            load_id=row["load_id"],
            committed_at=moment(row["committed"]) or datetime.now(UTC).replace(tzinfo=None),
            snapshot_id=None,
            content_digest=row["content_digest"],
        )
        for row in rows
    ]


def insert_batch(session: SnowflakeSession, batch: LandedBatch) -> None:
    """Write the row of a batch where its source has none of that id; inside the transaction of the batch.

    By MERGE, which locks the table until the transaction ends: a second loader waits here and then finds the row.
    """
    values = {
        "source_system": batch.source_system,
        "batch_id": batch.batch_id,
        "batch_window_start": batch.window_start.isoformat(sep=" "),
        "source_file": batch.source_file,
        "row_count": batch.row_count,
        "rejected_count": batch.rejected_count,
        "attempt": batch.attempt,
        "load_id": batch.load_id,
        "kind": batch.kind,
        "content_digest": batch.content_digest,
    }
    selected = [f"%s{'::timestamp_ntz' if name == 'batch_window_start' else ''} as {name}" for name in values]
    session.run(
        f"""merge into RAW.batches as batches
            using (select {", ".join(selected)}) as landing
                on batches.source_system = landing.source_system and batches.batch_id = landing.batch_id
            when not matched then insert ({", ".join(values)}, committed_at)
                values ({", ".join(f"landing.{name}" for name in values)}, sysdate())""",
        list(values.values()),
    )
