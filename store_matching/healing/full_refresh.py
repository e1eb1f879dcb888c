"""The flag in OPS that asks for a full refresh: the next run obeys it, and that run's release clears it."""

from __future__ import annotations

from store_matching.errors import LakeError
from store_matching.ops.registry import who
from store_matching.ops.store import OpsStore, set_setting, timestamp

SETTING = "full_refresh_requested"


def request_full_refresh(ops: OpsStore, reason: str) -> str:
    """Ask for a full refresh and return the request as it is kept. Raises LakeError without a reason."""
    reason = str(reason or "").strip()
    if not reason:
        raise LakeError("request_full_refresh needs a reason: it is recorded with the run that obeys")
    text = f"{reason} (asked by {who()}, {timestamp()} UTC)"
    ops.keep_setting(SETTING, text)
    return text


def requested_full_refresh(ops: OpsStore) -> str | None:
    """Return the request that waits, None where there is none."""
    return ops.setting(SETTING) or None


def clear_obeyed_full_refresh(ops: OpsStore) -> None:
    """Clear the request that waits where a release has obeyed it: its run died between publishing and clearing."""
    request = requested_full_refresh(ops)
    if request is None:
        return
    obeyed = ops.row(
        """select 1 from releases as r
           inner join transformation_logs as l on r.run_id = l.run_id
           where r.release_status in ('active', 'superseded') and instr(l.run_reason, ?) > 0""",
        (request,),
    )
    if obeyed is not None:
        clear_full_refresh(ops, request)


def clear_full_refresh(ops: OpsStore, obeyed: str | None) -> None:
    """Clear the request that a run has obeyed; one that came meanwhile stays."""
    if obeyed is None:
        return
    with ops.transaction() as connection:
        row = connection.execute("select setting_value from settings where setting_name = ?", (SETTING,)).fetchone()
        if row is not None and row[0] == obeyed:
            set_setting(connection, SETTING, "")
