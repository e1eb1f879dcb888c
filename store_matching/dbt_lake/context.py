"""What an action works with."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from store_matching.lake import Lake


@dataclass(frozen=True)
class RunContext:
    """The open lake and a cursor of dbt's database."""

    lake: Lake
    connection: duckdb.DuckDBPyConnection
