"""Which claims are tried."""

from __future__ import annotations

from store_matching.errors import LakeError
from store_matching.snowflake_proof.claims import ALL, GROUPS
from store_matching.snowflake_proof.verdicts import Claim


def chosen_claims(names: list[str]) -> list[Claim]:
    """Return the claims of these names or groups with those that they build on, in order; all when none is named.

    Raises LakeError for a name that is none.
    """
    known = {claim.name: claim for claim in ALL}
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in known:
            wanted.add(name)
            waiting += [other for other in known[name].after if other not in wanted]
        # A group may bear the name of its one claim.
        elif name in GROUPS:
            waiting += [claim.name for claim in GROUPS[name]]
        else:
            raise LakeError(f"there is no claim or group '{name}'\n  what to do: choose from --list")
    return [claim for claim in ALL if not names or claim.name in wanted]
