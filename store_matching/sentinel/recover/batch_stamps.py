"""What the snapshot of a recovered batch says, so that the loader and RAW know it as if it had landed by itself."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from store_matching.landing.lake_tables import NAMESPACE, SIDE_TABLES, STORES_TABLES
from store_matching.landing.landed_batches import RECOVERED_FROM, STAMP_PREFIX, find_batch, stamps
from store_matching.ops.registry import who
from store_matching.sentinel.types import Finding

if TYPE_CHECKING:
    from pyiceberg.table import Table

    from store_matching.lake import Lake

REJECTED_ROWS = "rejected_rows"


def recovery_stamps(lake: Lake | None, table: Table, findings: list[Finding], rows: int) -> dict[str, str]:
    """Return the summary of the snapshot that brings back the files of one batch.

    The refused commit's own summary is used where it was found, else what the loader stamped on the refused rows of
    the same batch. A batch of which a part has landed keeps its id for that part: this snapshot then names it as
    `recovers-batch-id`.
    """
    batch = findings[0].batch
    given = dict(batch.stamps)
    if not given and batch.batch_id is not None and lake is not None:
        given = _of_side_tables(lake, table, batch.batch_id, findings[0].source_system)
    values = {name: value for name, value in given.items() if not name.startswith("recover")}
    values |= {
        "rows": str(rows),
        "rows-read": str(rows + int(values.get("rows-rejected", 0))),
        "attempt": values.get("attempt") or "1",
        "load-id": values.get("load-id") or str(uuid.uuid4()),
        RECOVERED_FROM: " ".join(sorted(finding.file_path or "" for finding in findings))[:4000],
        "recovered-by": who(),
        "recovery-cause": str(findings[0].cause or "unknown"),
    }
    if batch.batch_id is not None:
        values["batch-id"] = batch.batch_id
    if batch.window_start is not None:
        values["window-start"] = batch.window_start.isoformat()
    if findings[0].source_system:
        values["source-system"] = findings[0].source_system
    if batch.batch_id is not None and find_batch(table, batch.batch_id) is not None:
        values["recovers-batch-id"] = values.pop("batch-id")
        values["load-id"] = str(uuid.uuid4())
    return stamps(values)


def _of_side_tables(lake: Lake, table: Table, batch_id: str, source_system: str | None) -> dict[str, str]:
    if table.name() not in [(NAMESPACE, name) for name in STORES_TABLES.values()]:
        return {}
    found: dict[str, str] = {}
    for name in SIDE_TABLES:
        side = lake.table(f"{NAMESPACE}.{name}")
        for snapshot in reversed(side.snapshots() if side is not None else []):
            summary = snapshot.summary.additional_properties if snapshot.summary else {}
            own = {n.removeprefix(STAMP_PREFIX): v for n, v in summary.items() if n.startswith(STAMP_PREFIX)}
            if own.get("batch-id") != batch_id or own.get("source-system") != source_system:
                continue
            if found and own.get("load-id") != found.get("load-id"):
                continue
            rejected = found.get("rows-rejected", "0")
            if name == REJECTED_ROWS:
                rejected = summary.get("added-records", "0")
            found = found | own | {"rows-rejected": rejected}
            break
    return found
