"""One run: make the scratch, try the claims, write the report, remove the scratch, whatever happens."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store_matching.errors import LakeError
from store_matching.snowflake_proof.classify import missing_right, verdict_of
from store_matching.snowflake_proof.connect import connect
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.proof_project import ProofProject
from store_matching.snowflake_proof.redact import redactor
from store_matching.snowflake_proof.report import write_report
from store_matching.snowflake_proof.scratch import Scratch, clean_scratch, make_database, make_schema
from store_matching.snowflake_proof.session import Session
from store_matching.snowflake_proof.try_claims import try_claims
from store_matching.snowflake_proof.verdicts import Claim, Outcome, Refused, Verdict

RIGHT_TO_BEGIN = "CREATE DATABASE on the account (or --database with an empty one), and CREATE SCHEMA on it"


@dataclass(frozen=True)
class Target:
    """Where the proof logs in: the dbt target, as it stands in profiles.yml and rendered."""

    raw: dict[str, Any]
    settings: dict[str, Any]


@dataclass(frozen=True)
class Options:
    """What was asked for; volume and stage as in Proof, project a folder with dbt_project.yml, report a folder."""

    claims: list[Claim]
    project: Path
    report: Path
    volume: str
    stage: str


def verify(target: Target, scratch: Scratch, options: Options, notify: Callable[[str], None]) -> list[Outcome]:
    """Try the claims and return what was found; the report is written and the scratch removed also after a failure.

    Raises LakeError when the account cannot be reached, the scratch cannot be made or cannot be removed; then the
    message has the command that removes it. Raises KeyboardInterrupt after the removal when the run was interrupted.
    """
    redact = redactor(target.settings)
    began = datetime.now(UTC)
    outcomes: list[Outcome] = []
    connection = connect(target.settings)
    notify(f"scratch: {scratch.database}; if this process is killed: {scratch.clean_command()}")
    is_mine = False
    with tempfile.TemporaryDirectory() as folder, terminated_is_interrupted():
        try:
            session = Session(connection, redact)
            # Else what another role of the user may do would hide that this one may not; an emulator has no roles.
            session.refusal("use secondary roles none")
            # Before the statement: one that was interrupted may have made the database. One that was refused has not,
            # and what is called so belongs to somebody else.
            is_mine = not scratch.is_given
            try:
                make_database(session, scratch)
            except Refused as refused:
                is_mine = False
                raise cannot_begin(refused) from refused
            try:
                make_schema(session, scratch)
            except Refused as refused:
                raise cannot_begin(refused) from refused
            is_mine = True
            project = ProofProject(
                Path(folder), options.project, target.raw, target.settings, scratch.database, redact, notify
            )
            # dbt_project.yml reads these; without a volume no table is an Iceberg one.
            project.environment["SNOWFLAKE_BASE_LOCATION"] = scratch.database.lower()
            project.environment["SNOWFLAKE_EXTERNAL_VOLUME"] = options.volume
            if not options.volume:
                project.environment["SNOWFLAKE_TABLE_FORMAT"] = "default"
            project.write()
            environment = str(target.settings.get("database") or "")
            proof = Proof(session, scratch, project, options.volume, options.stage, environment)
            for outcome in try_claims(proof, options.claims, notify):
                outcomes.append(outcome)
        finally:
            about = {
                "account": str(target.settings.get("account")),
                "role": str(target.settings.get("role")),
                "warehouse": str(target.settings.get("warehouse")),
                "database": scratch.database,
                "begun": f"{began:%Y-%m-%d %H:%M} UTC",
                "claims": f"{len(outcomes)} of {len(options.claims)} were tried",
            }
            for file in write_report(options.report, about, outcomes):
                notify(f"wrote {file}")
            if is_mine:
                clean(target, scratch, notify)
    return outcomes


def clean(target: Target, scratch: Scratch, notify: Callable[[str], None]) -> None:
    """Remove a scratch. Raises LakeError when that is refused; nothing can interrupt it but SIGKILL."""
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        # Of its own: the one of the run may be in the middle of a statement.
        session = Session(connect(target.settings), redactor(target.settings))
        for removed in clean_scratch(session, scratch):
            notify(f"removed {removed}")
    except Refused as refused:
        raise LakeError(
            f"the scratch was not removed: {refused}\n  what to do: {scratch.clean_command()}, or as its owner "
            f"drop database {scratch.database}"
        ) from refused
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextmanager
def terminated_is_interrupted() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    kept = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, kept)


def cannot_begin(refused: Refused) -> LakeError:
    """Return why the scratch cannot be made, with the right that is missing."""
    if verdict_of(refused) == Verdict.NOT_ALLOWED:
        right = missing_right(refused, RIGHT_TO_BEGIN)
        return LakeError(f"the scratch is not allowed: {refused}\n  what to do: grant {right}")
    return LakeError(f"the scratch cannot be made: {refused}\n  what to do: run again, the name is another then")
