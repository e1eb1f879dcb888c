"""The report of a run, for people (Markdown) and for programs (JSON)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from store_matching.snowflake_proof.verdicts import Outcome, Verdict

# A statement that inserts rows is long; its beginning tells which it is.
SHOWN = 400


def write_report(folder: Path, about: dict[str, str], outcomes: list[Outcome]) -> tuple[Path, Path]:
    """Write report.md and report.json into a folder and return both.

    about: what was run where: names and values, nothing secret
    """
    folder.mkdir(parents=True, exist_ok=True)
    markdown, machine = folder / "report.md", folder / "report.json"
    markdown.write_text(as_markdown(about, outcomes), encoding="utf-8")
    content = {"about": about, "counts": counts(outcomes), "claims": [_as_json(outcome) for outcome in outcomes]}
    machine.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return markdown, machine


def counts(outcomes: list[Outcome]) -> dict[str, int]:
    """Return how many claims have each verdict, in the order of Verdict; those that no claim has are left out."""
    counted = Counter(outcome.verdict for outcome in outcomes)
    return {str(verdict): counted[verdict] for verdict in Verdict if counted[verdict]}


def as_markdown(about: dict[str, str], outcomes: list[Outcome]) -> str:
    """Return the report as Markdown: a table of all claims, then each with its statements."""
    lines = ["# What Snowflake does", ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    lines += [f"- {', '.join(f'{count} {verdict}' for verdict, count in counts(outcomes).items())}", ""]
    lines += ["| claim | verdict | seconds | source |", "| --- | --- | --- | --- |"]
    for outcome in outcomes:
        claim = outcome.claim
        lines.append(f"| `{claim.name}`: {claim.text} | {outcome.verdict} | {outcome.seconds:.1f} | {claim.source} |")
    for outcome in outcomes:
        lines += ["", f"## `{outcome.claim.name}`: {outcome.verdict}", "", f"{outcome.claim.text}.", ""]
        lines += [f"Seen: {outcome.seen}", ""]
        if outcome.missing_right:
            lines += [f"Right that is needed: {outcome.missing_right}", ""]
        for statement in outcome.statements:
            text = statement.text if len(statement.text) <= SHOWN else f"{statement.text[:SHOWN]} …"
            query = f", query {statement.query_id}" if statement.query_id else ""
            lines.append(f"- {statement.seconds:.2f} s{query}: `{text}`")
            if statement.error:
                lines.append(f"  - refused: {statement.error}")
    return "\n".join(lines) + "\n"


def _as_json(outcome: Outcome) -> dict:
    claim = outcome.claim
    return {
        "claim": claim.name,
        "text": claim.text,
        "source": claim.source,
        "verdict": str(outcome.verdict),
        "seen": outcome.seen,
        "missing_right": outcome.missing_right,
        "needs": claim.needs,
        "seconds": round(outcome.seconds, 3),
        "statements": [asdict(statement) for statement in outcome.statements],
    }
