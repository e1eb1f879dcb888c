"""The whole matching as a project of its own, without its data tests, on a small lake: a build takes seconds."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import yaml

from store_matching.healing.labels import add_label
from store_matching.lake import Lake, open_lake
from store_matching.landing import load_batch
from tests.python.dbt_process import DbtProcess, start_dbt

REPOSITORY = Path(__file__).resolve().parents[3]
# The Sentinel's part of DIAGNOSTICS reads no matching.
LEFT_OUT = ("orphan_files.py", "diagnostics_orphan_files.sql", "batch_gaps.sql")
LEFT_OUT_NAMES = ("orphan_files", "orphan_files_scan", "diagnostics_orphan_files", "batch_gaps")
# dbt takes seconds to load the long reference lists; what is tested here holds whatever they say.
THINNED = ("country_names", "city_variants", "street_variants", "category_terms", "name_variants", "generic_words")
KEPT_ROW = 20
FIRST_WINDOW = datetime(2026, 1, 1)
COLUMNS = "id,name,address,postcode,city,region,country,latitude,longitude,phone,website,category,is_deleted"
STORED = ", ".join(
    (
        *("store_id", "store_name", "address", "postcode", "city", "region", "country_given"),
        *("latitude", "longitude", "phone", "website", "category"),
    )
)
# How runs came about, and what a run computed for itself alone.
STAMPS = ("logic_version", "id_origin", "consumed_release_id")
COMPARED_SCHEMAS = ("STAGING", "GOLD", "DIAGNOSTICS")


class MatchingProject:
    """The project in `root`, with a lake, an OPS and a DuckDB file of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "stores.duckdb"
        self.lake_root = root / "lake"
        self.window = 0
        self.outputs = 0
        for folder in ("macros", "models", "seeds"):
            shutil.copytree(REPOSITORY / folder, root / folder)
        for path in (*(root / "models").rglob("*.yml"), *(root / "seeds").rglob("*.yml")):
            _strip_tests(path)
        for name in THINNED:
            _thin(root / f"seeds/{name}.csv")
        for name in LEFT_OUT:
            (root / "models/diagnostics" / name).unlink()
        project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
        project.pop("data_tests", None)
        (root / "dbt_project.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
        profile = yaml.safe_load((REPOSITORY / "profiles.example.yml").read_text(encoding="utf-8"))
        profile["store_matching"]["outputs"]["duckdb"]["module_paths"] = [str(REPOSITORY)]
        (root / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")

    @property
    def lake(self) -> Lake:
        """The project's lake."""
        return open_lake(self.lake_root, state=self.root / "state")

    def environment(self, database: Path | None = None) -> dict[str, str]:
        """What dbt needs to find the project's files."""
        # Only the first command writes the manifest, and none the debug log: together a fifth of a command's time.
        written = (self.root / "target/manifest.json").exists()
        return os.environ | {
            "DBT_WRITE_JSON": str(not written),
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_PROFILES_DIR": str(self.root),
            "DBT_PROJECT_DIR": str(self.root),
            "STORE_MATCHING_DATABASE": str(database or self.database),
            "STORE_MATCHING_LAKE": str(self.lake_root),
            "STORE_MATCHING_LAKE_STATE": str(self.root / "state"),
        }

    def start(self, *arguments: str, database: Path | None = None) -> DbtProcess:
        """Start one dbt command in a process of its own."""
        self.outputs += 1
        output = self.root / f"dbt_output_{self.outputs}.txt"
        return start_dbt(arguments, self.root, self.environment(database), output)

    def dbt(self, *arguments: str, check: bool = True, database: Path | None = None) -> str:
        """Run one dbt command in a process of its own and return what it printed."""
        process = self.start(*arguments, database=database)
        code = process.wait()
        assert not check or code == 0, process.text()
        return process.text()

    def operation(self, macro: str, **arguments: object) -> str:
        """Run one `dbt run-operation`."""
        return self.dbt("run-operation", macro, "--args", json.dumps(arguments))

    def query(self, sql: str, database: Path | None = None) -> list[tuple]:
        """Rows of a query on the project's database."""
        with duckdb.connect(str(database or self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def load(self, source: str, rows: list[list], late: bool = False) -> None:
        """Load a batch, of the next window or, late, of one before the last."""
        self.window += 1
        moment = FIRST_WINDOW + timedelta(hours=self.window)
        if late:
            moment -= timedelta(hours=1, minutes=30)
        file = self.root / "batch.csv"
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.writer(opened)
            writer.writerow(COLUMNS.split(","))
            for row in {row[0]: row for row in rows}.values():
                writer.writerow(["" if value is None else value for value in row])
        load_batch(self.lake, source, file, moment, batch_id=f"{source}-{self.window}")

    def stores(self, source: str) -> list[tuple]:
        """Current stores of a source, as the landing tables tell them."""
        return self.query(f"select {STORED} from STAGING.current_stores where source_system = '{source}' order by 1")

    def change(self, seed: int, count: int, late: bool = False) -> None:
        """Edit, copy, add and delete `count` random stores of each source, as extracts of both do."""
        chance = random.Random(seed)
        for source in ("GI", "TH"):
            stores = self.stores(source)
            rows = [_changed(chance, stores, f"{seed}-{self.window}-{number}") for number in range(count)]
            self.load(source, rows, late)

    def label(self, seed: int, decision: str) -> None:
        """Let a steward decide on a random pair: often a candidate pair, else any."""
        chance = random.Random(seed)
        pairs = self.query(
            """select gi.store_key, th.store_key from STAGING.candidate_pairs as pairs
               inner join STAGING.current_stores as gi on pairs.gi_store_number = gi.store_number
               inner join STAGING.current_stores as th on pairs.th_store_number = th.store_number order by all"""
        )
        gi, th = chance.choice(pairs)
        if chance.random() < 0.3:
            th = "TH:" + chance.choice(self.stores("TH"))[0]
        add_label(self.lake.ops, gi, th, decision, "a test")

    def write_model(self, path: str, text: str | None) -> None:
        """Put another text in the place of a model, or with None the repository's."""
        file = self.root / path
        file.write_text(text if text is not None else (REPOSITORY / path).read_text(encoding="utf-8"), encoding="utf-8")

    def differences_from_full_refresh(self) -> dict[str, tuple[int, int]]:
        """Rows, by table, that only this database has and that only a full refresh of it has; equal tables left out."""
        # Under the same name: views name their database. What stands in the log alone is written first.
        full = self.root / "full" / self.database.name
        full.parent.mkdir(exist_ok=True)
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("checkpoint")
        shutil.copy(self.database, full)
        self.dbt("run", "--full-refresh", database=full)
        return differences(self.database, full, self.work_tables())

    def work_tables(self) -> set[str]:
        """Tables that hold one run's work, by the meta `of_one_run`."""
        manifest = json.loads((self.root / "target/manifest.json").read_text(encoding="utf-8"))
        return {
            node["alias"]
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["config"]["meta"].get("of_one_run")
        }


def differences(first: Path, second: Path, left_out: set[str]) -> dict[str, tuple[int, int]]:
    """Rows, by table, that only one of two databases has; stamps of runs are not compared."""
    found = {}
    with duckdb.connect() as connection:
        for name, path in (("first", first), ("second", second)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'first' order by all"
        ).fetchall()
        for schema, table in tables:
            if schema not in COMPARED_SCHEMAS or table in left_out:
                continue
            columns = connection.execute(
                """select column_name from duckdb_columns()
                   where database_name = 'first' and schema_name = ? and table_name = ?""",
                [schema, table],
            ).fetchall()
            listed = ", ".join(f'"{column}"' for (column,) in columns if column not in STAMPS)
            sides = [f'select {listed} from {name}."{schema}"."{table}"' for name in ("first", "second")]
            counts = [
                connection.execute(f"select count(*) from ({one} except all {other})").fetchone()[0]
                for one, other in (sides, sides[::-1])
            ]
            if any(counts):
                found[f"{schema}.{table}"] = (counts[0], counts[1])
    assert len(tables) > 30
    return found


def _changed(chance: random.Random, stores: list[tuple], name: str) -> list:
    row, other = list(chance.choice(stores)), chance.choice(stores)
    kind = chance.choice(["edit", "edit", "copy", "new", "delete", "same"])
    if kind == "edit":
        for at in chance.sample(range(1, len(row)), 3):
            row[at] = other[at]
        row[1] = row[1] or "shop"
    elif kind == "copy":
        row[0] = f"copy-{name}"
    elif kind == "new":
        row[0], row[7], row[8], row[9] = f"new-{name}", None, None, other[9]
    return [*row, "true" if kind == "delete" else "false"]


def _thin(path: Path) -> None:
    """Keep the header and every KEPT_ROW-th row."""
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(header + "".join(rows[::KEPT_ROW]), encoding="utf-8")


def _strip_tests(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content.pop("unit_tests", None)
    if "models" in content:
        content["models"] = [model for model in content["models"] if model["name"] not in LEFT_OUT_NAMES]
    path.write_text(yaml.safe_dump(_without_tests(content), sort_keys=False), encoding="utf-8")


def _without_tests(part: object) -> object:
    if isinstance(part, dict):
        return {key: _without_tests(value) for key, value in part.items() if key not in ("data_tests", "tests")}
    return [_without_tests(each) for each in part] if isinstance(part, list) else part
