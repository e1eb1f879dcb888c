"""Windows that somebody asked the loader to extract again."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from store_matching.errors import LakeError
from store_matching.ops.store import OpsStore, timestamp


def fulfil_reload_requests(ops: OpsStore, source_system: str, window_start: datetime, batch_id: str) -> None:
    """Mark the open request for a window as fulfilled by a batch that has landed.

    A batch that has landed stays landed where OPS cannot be written: the next load of the window marks the request.
    """
    with suppress(LakeError):
        window = timestamp(window_start)
        if not ops.rows(
            """select 1 from reload_requests
               where source_system = ? and batch_window_start = ? and request_status = 'open'""",
            (source_system, window),
        ):
            return
        with ops.transaction() as connection:
            connection.execute(
                """update reload_requests set request_status = 'fulfilled', fulfilled_at = ?, fulfilled_batch_id = ?
                   where source_system = ? and batch_window_start = ? and request_status = 'open'""",
                (timestamp(), batch_id, source_system, window),
            )
