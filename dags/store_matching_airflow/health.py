"""What the nightly run does about the health of the active release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Task ids of dags/nightly_diagnostics.py.
FINE = "nothing_to_do"
REFRESH = "request_full_refresh"
ASK = "ask_for_approval"
REFRESHED_IN_VAIN = "tell_that_a_refresh_did_not_help"


@dataclass(frozen=True)
class Decision:
    """The task that follows, and why in a sentence."""

    next_task: str
    reason: str


def decide(health: Mapping[str, Any], release: Mapping[str, Any], ceiling_seconds: float) -> Decision:
    """Return what follows from the health of the active release.

    health:          what scripts/check_matching_health.py --json printed
    release:         what scripts/release_event.py printed
    ceiling_seconds: longest full refresh that needs nobody's approval
    """
    if not health["critical"]:
        return Decision(FINE, "no threshold is passed")
    why = "; ".join(health["reasons"])
    if release["is_fully_refreshed"]:
        return Decision(REFRESHED_IN_VAIN, f"{why}; a full refresh has been made already and did not help")
    seconds = health["estimated_full_refresh_seconds"]
    if seconds is None:
        return Decision(ASK, f"{why}; nobody knows yet how long a full refresh takes")
    if seconds > ceiling_seconds:
        return Decision(ASK, f"{why}; a full refresh takes about {seconds:.0f} s, more than {ceiling_seconds:.0f} s")
    return Decision(REFRESH, f"{why}; a full refresh takes about {seconds:.0f} s, at most {ceiling_seconds:.0f} s")
