"""A small dbt project for the Snowflake target, with this repository's macros, built against the stand-in."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from store_matching.operations.snowflake_rendering import PROFILE
from tests.python.releases.snowflake.stand_in import StandIn, answered_by

REPOSITORY = Path(__file__).resolve().parents[4]
# The debug log takes a tenth of a command's time.
QUIET = ("--quiet", "--log-level-file", "none")
MODELS = {
    "models/gold/gold_stores.sql": """
        select store_id as gold_store_id, store_name, city, store_id as gi_store_id,
            cast(null as varchar) as th_store_id
        from {{ source('raw', 'gi_stores') }}
    """,
    "models/gold/gold_store_crosswalk.sql": """
        select 'GI' as source_system, gi_store_id as source_store_id, 'GI:' || gi_store_id as store_key, gold_store_id,
            'representative' as store_role
        from {{ ref('gold_stores') }}
    """,
    "models/staging/stg_store_matches.sql": "select gold_store_id, 'GI_ONLY' as status from {{ ref('gold_stores') }}",
    "models/mart/mart_stores.sql": """
        with stores as (select * from {{ ref('gold_stores') }})
        select gold_store_id, store_name, city from stores
    """,
    "models/mart/mart_match_coverage.sql": """
        select status, count(*) as stores from {{ ref('stg_store_matches') }} as store_matches
        inner join {{ ref('gold_stores') }} as gold on store_matches.gold_store_id = gold.gold_store_id
        group by status
    """,
}
# The name of a store is tested in MART only: a missing one is found by testing the candidate. As in dbt_project.yml a
# test of MART only warns in the run.
PROPERTIES = """
version: 2
sources:
  - {name: raw, schema: RAW, tables: [{name: gi_stores}]}
models:
  - name: gold_stores
    config: {meta: {released: true}}
    columns: [{name: gold_store_id, data_tests: [unique]}]
  - {name: gold_store_crosswalk, config: {meta: {released: true}}}
  - {name: stg_store_matches, config: {meta: {released: true}}}
  - name: mart_stores
    columns:
      - {name: gold_store_id, data_type: varchar}
      - {name: store_name, data_type: varchar, data_tests: [{not_null: {config: {severity: warn}}}]}
      - {name: city, data_type: varchar}
  - name: mart_match_coverage
    columns: [{name: status, data_type: varchar}, {name: stores, data_type: bigint}]
"""


@dataclass
class Outcome:
    """How a dbt command ended: whether it succeeded, and what it said, one text per line or error."""

    success: bool
    said: list[str] = field(default_factory=list)

    def __contains__(self, text: str) -> bool:
        return text in "\n".join(self.said)


class SnowflakeProject:
    """The project in the folder `root`; `variables` overrides those of the repository."""

    def __init__(self, root: Path, variables: dict[str, Any] | None = None) -> None:
        self.root = root
        # Parsed once: it takes longer than a build here.
        self.manifest: Manifest | None = None
        repository = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
        project = {
            "name": "snowflake_scratch",
            "config-version": 2,
            "profile": "scratch",
            "macro-paths": [str(REPOSITORY / "macros")],
            "flags": {"send_anonymous_usage_stats": False, "use_colors": False},
            "on-run-start": repository["on-run-start"],
            "on-run-end": repository["on-run-end"],
            "models": {
                "snowflake_scratch": {
                    "gold": {"+schema": "GOLD", "+materialized": "table"},
                    "staging": {"+schema": "STAGING", "+materialized": "table"},
                    "mart": {"+schema": "MART", "+materialized": "pinned_view", "+contract": {"enforced": True}},
                }
            },
            "vars": repository["vars"] | (variables or {}),
        }
        self.write("dbt_project.yml", yaml.safe_dump(project, sort_keys=False))
        self.write("profiles.yml", yaml.safe_dump({"scratch": {"target": "s", "outputs": {"s": PROFILE}}}))
        for path, text in MODELS.items():
            self.write(path, text)
        self.write("models/properties.yml", PROPERTIES)

    def write(self, path: str, text: str) -> None:
        """Write a file below the project folder."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, account: StandIn, *command: str) -> Outcome:
        """Run a dbt command against an account."""
        said: list[str] = []

        def listen(event: EventMsg) -> None:
            if event.info.level in ("error", "warn") or event.info.name in ("JinjaLogInfo", "PrintEvent"):
                said.append(event.info.msg)

        folders = ["--project-dir", str(self.root), "--profiles-dir", str(self.root)]
        # dbt takes its command line from there, and run_command() looks at it.
        command_line = ["dbt", *command]
        with answered_by(account), contextlib.chdir(Path.cwd()), pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", command_line)
            if self.manifest is None:
                self.manifest = dbtRunner().invoke([*QUIET, "parse", *folders]).result
            result = dbtRunner(self.manifest, [listen]).invoke([*QUIET, *command, *folders])
        if result.exception is not None:
            said.append(str(result.exception))
        if command[0] != "run-operation":
            said += [f"{item.node.name}: {item.status} {item.message or ''}" for item in result.result or []]
        return Outcome(result.success, said)

    def operate(self, account: StandIn, macro: str, **arguments: Any) -> Outcome:
        """Run a run-operation."""
        return self.run(account, "run-operation", macro, "--args", json.dumps(arguments))
