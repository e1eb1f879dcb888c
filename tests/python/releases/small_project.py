"""A small dbt project with this repository's macros, plugin and hooks: three models, published in seconds."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import yaml

from store_matching.lake import Lake, open_lake, open_release
from store_matching.landing import load_batch
from store_matching.landing.options import window_start
from tests.python.dbt_process import DbtProcess, start_dbt

REPOSITORY = Path(__file__).resolve().parents[3]

GOLD_STORES = """
with stores as (
    select store_id, store_name
    from {{ source('raw', 'gi_stores') }}
    qualify row_number() over (partition by store_id order by batch_window_start desc) = 1
),
gold_stores as (
    select
        'GS-' || store_id as gold_store_id, store_id as gi_store_id, cast(null as varchar) as th_store_id,
        store_name, 'GI_ONLY' as match_status, cast(floor(cast(store_id as integer) / 10) as bigint) as place_key
    from stores
)
select * from gold_stores
"""
GOLD_CROSSWALK = """
with gold_stores as (select * from {{ ref('gold_stores') }}),
gold_store_crosswalk as (
    select
        'GI' as source_system, gi_store_id as source_store_id, 'GI:' || gi_store_id as store_key, gold_store_id,
        'representative' as store_role, place_key
    from gold_stores
)
select * from gold_store_crosswalk
"""
MART_STORES = """
with gold_stores as (select * from {{ ref('gold_stores') }}),
mart_stores as (select gold_store_id, store_name from gold_stores)
select * from mart_stores
"""
MODELS_YML = """
version: 2
sources:
  - {name: raw, schema: RAW, tables: [{name: gi_stores}]}
models:
  - name: gold_stores
    config: {schema: GOLD, materialized: table, meta: {released: true, cluster_by: place_key}}
    columns:
      - name: gold_store_id
        data_tests: [unique, not_null]
  - name: gold_store_crosswalk
    config: {schema: GOLD, materialized: table, meta: {released: true, cluster_by: place_key}}
    columns:
      - name: store_key
        data_tests: [unique]
  - name: mart_stores
    config: {schema: MART, materialized: pinned_view, contract: {enforced: true}}
    columns:
      - name: gold_store_id
        data_type: varchar
        data_tests: [{unique: {config: {severity: warn}}}]
      - {name: store_name, data_type: varchar}
"""


class SmallProject:
    """The project in `root`, with a lake and a DuckDB file of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "stores.duckdb"
        self.lake_root = root / "lake"
        shutil.copytree(REPOSITORY / "macros", root / "macros")
        project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
        project["models"], project["seeds"] = {}, {}
        project.pop("data_tests", None)
        (root / "dbt_project.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
        profile = yaml.safe_load((REPOSITORY / "profiles.example.yml").read_text(encoding="utf-8"))
        profile["store_matching"]["outputs"]["duckdb"]["module_paths"] = [str(REPOSITORY)]
        (root / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")
        for name, sql in (
            ("gold_stores", GOLD_STORES),
            ("gold_store_crosswalk", GOLD_CROSSWALK),
            ("mart_stores", MART_STORES),
        ):
            self.write(f"models/{name}.sql", sql)
        self.write("models/models.yml", MODELS_YML)

    @property
    def lake(self) -> Lake:
        """The project's lake."""
        return open_lake(self.lake_root)

    def write(self, path: str, text: str) -> None:
        """Write a file of the project."""
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def load(self, window: str, names: dict[int, str]) -> None:
        """Load a batch of GI stores: id -> name."""
        file = self.root / f"batch_{window.replace(':', '')}.csv"
        file.write_text("id,name\n" + "".join(f"{number},{name}\n" for number, name in names.items()))
        load_batch(self.lake, "GI", file, window_start(window))

    def start(self, *arguments: str) -> DbtProcess:
        """Start one dbt command in a process of its own."""
        return start_dbt(arguments, self.root, self.environment, self.root / "dbt_output.txt")

    @property
    def environment(self) -> dict[str, str]:
        """What dbt needs to find the project's files."""
        return os.environ | {
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_PROFILES_DIR": str(self.root),
            "DBT_PROJECT_DIR": str(self.root),
            "STORE_MATCHING_DATABASE": str(self.database),
            "STORE_MATCHING_LAKE": str(self.lake_root),
        }

    def dbt(self, *arguments: str, check: bool = True) -> str:
        """Run one dbt command in a process of its own and return what it printed."""
        process = self.start(*arguments)
        code = process.wait()
        assert not check or code == 0, process.text()
        return process.text()

    def operation(self, macro: str, check: bool = True, **arguments: object) -> str:
        """Run one `dbt run-operation`."""
        return self.dbt("run-operation", macro, "--args", json.dumps(arguments), check=check)

    def mart(self) -> dict[str, str]:
        """Name by golden id, as a reader in another process sees MART."""
        with open_release(self.lake_root) as release:
            return dict(release.rows("select gold_store_id, store_name from mart.stores"))
