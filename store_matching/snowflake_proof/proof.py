"""What a claim gets to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from store_matching.snowflake_proof.proof_project import ProofProject
from store_matching.snowflake_proof.scratch import Scratch
from store_matching.snowflake_proof.session import Session
from store_matching.snowflake_proof.verdicts import NotRun, Refused


@dataclass
class Proof:
    """One run.

    volume: external volume for Iceberg tables, "" for the account's default
    stage:  external stage over the volume's location, such as '@DB.OPS.LAKE_STAGE', "" for none
    environment: the database of SNOWFLAKE_DATABASE, whose rights are asked for and in which nothing is changed
    kept:   what one claim leaves for a later one
    """

    session: Session
    scratch: Scratch
    project: ProofProject
    volume: str = ""
    stage: str = ""
    environment: str = ""
    kept: dict[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> str:
        """Return a name in the scratch schema, whole."""
        return f"{self.scratch.database}.{self.scratch.schema}.{name}"

    def once(self, name: str, make: Callable[[Proof], Any]) -> Any:
        """Return what `make` returns, made once; where that was refused it is refused again, not tried again.

        The statement that was refused is then kept for each claim that asks.
        """
        if name not in self.kept:
            try:
                self.kept[name] = make(self)
            except (Refused, NotRun) as error:
                self.kept[name] = error
                self.kept[f"{name}: refused"] = self.session.statements[-1:]
                raise
        if isinstance(self.kept[name], Exception):
            self.session.statements += self.kept[f"{name}: refused"]
            raise self.kept[name]
        return self.kept[name]

    def iceberg(self, name: str) -> str:
        """Return the clauses of an Iceberg table of the scratch schema, behind its columns."""
        volume = f"external_volume = '{self.volume}' " if self.volume else ""
        return f"catalog = 'SNOWFLAKE' {volume}base_location = '{self.scratch.database.lower()}/{name.lower()}'"
