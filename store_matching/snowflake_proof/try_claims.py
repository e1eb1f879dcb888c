"""Claims are tried one after the other; whatever becomes of one, the next is tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from store_matching.snowflake_proof.classify import missing_right, verdict_of
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, NotRun, Outcome, Refused, Unmet, Verdict


def try_claims(proof: Proof, claims: Iterable[Claim], notify: Callable[[str], None]) -> Iterator[Outcome]:
    """Try the claims in order and give what was found of each at once; a line is told before and after each."""
    outcomes: dict[str, Outcome] = {}
    claims = list(claims)
    for place, claim in enumerate(claims, start=1):
        notify(f"[{place}/{len(claims)}] {claim.name}: {claim.text}")
        outcome = try_claim(proof, claim, outcomes)
        outcomes[claim.name] = outcome
        notify(f"      {outcome.verdict} ({outcome.seconds:.1f} s): {outcome.seen}")
        if outcome.missing_right:
            notify(f"      needs: {outcome.missing_right}")
        yield outcome


def try_claim(proof: Proof, claim: Claim, before: dict[str, Outcome]) -> Outcome:
    """Try one claim, unless one that it builds on does not hold."""
    for name in claim.after:
        if name in before and before[name].verdict != Verdict.HOLDS:
            return Outcome(claim, Verdict.NOT_RUN, f"it builds on {name}, which does not hold", 0.0)
    began = time.monotonic()
    proof.session.take()
    right = ""
    try:
        seen, verdict = claim.prove(proof), Verdict.HOLDS
    except Unmet as unmet:
        seen, verdict = str(unmet), Verdict.FAILS
    except NotRun as reason:
        seen, verdict = str(reason), Verdict.NOT_RUN
    except Refused as refused:
        seen, verdict = str(refused), verdict_of(refused)
        right = missing_right(refused, claim.needs) if verdict == Verdict.NOT_ALLOWED else ""
    except (KeyError, ValueError, TypeError, IndexError) as error:
        # Columns or values are not those that are documented, which the claims read as they are.
        seen, verdict = f"the answer has not the documented form: {type(error).__name__}: {error}", Verdict.FAILS
    return Outcome(claim, verdict, seen, time.monotonic() - began, proof.session.take(), right)
