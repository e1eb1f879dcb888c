"""The model orphan_files on Snowpark's local testing session, over the files of a real Iceberg table.

Real are the model, the package as its zip, the stage (of local testing), metadata and data files; stood in for is what
LIST, DESC STAGE and SYSTEM$GET_ICEBERG_TABLE_INFORMATION answer, in the form that Snowflake documents.
"""

import csv
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from store_matching.operations.package_zip import write_package_zip
from store_matching.sentinel.finding_rows import SCHEMA
from store_matching.sentinel.watched import COLUMNS
from tests.snowflake.emulator import PYTHON, REPOSITORY

LONG_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
ROWS = pa.table({"store_id": ["1", "2"]})


class StagedTable:
    """RAW.GI_STORES in `folder`/stage/raw/gi_stores, with three snapshots, the first of them expired."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stage = folder / "stage"
        catalog = SqlCatalog("made", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{self.stage}")
        catalog.create_namespace("raw")
        location = f"file://{self.stage}/raw/gi_stores"
        self.table = catalog.create_table("raw.gi_stores", ROWS.schema, location=location)
        self.table.append(ROWS)
        (self.expired,) = self.table.inspect.files()["file_path"].to_pylist()
        self.table.overwrite(ROWS.slice(0, 1))
        self.table.append(ROWS)
        self.table.maintenance.expire_snapshots().by_id(self.table.metadata.snapshots[0].snapshot_id).commit()
        self.young: set[str] = set()

    def add(self, name: str, *, young: bool = False) -> str:
        """Put a file there that nobody names; return its path."""
        path = self.stage / "raw/gi_stores" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not read")
        if young:
            self.young.add(str(path))
        return str(path)

    def scan(self, procedure: str = "", **declared: str) -> list[dict]:
        """Run the model; return its rows."""
        seed = dict.fromkeys(COLUMNS, "") | {
            "table_name": "raw.gi_stores",
            "catalog": "snowflake",
            "location": "@OPS.LAKE_STAGE/raw",
            "role": "landing",
            "source_system": "GI",
            "gaps_until": "latest",
            "grace_minutes": "5",
            "owner": "loading",
        }
        seed |= declared
        # The lake's own tables stand in the seed too, and are none of Snowflake's.
        other = seed | {"table_name": "raw.th_stores", "catalog": "lake", "location": ""}
        with (self.folder / "seed.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, COLUMNS)
            writer.writeheader()
            writer.writerows([seed, other])
        files = [path for path in (self.stage / "raw").rglob("*") if path.is_file()]
        listing = [
            [
                f"file://{path}",
                path.stat().st_size,
                "d41d8cd98f00b204e9800998ecf8427e",
                format_datetime(datetime.now(UTC) if str(path) in self.young else LONG_AGO, usegmt=True),
            ]
            for path in files
        ]
        information = json.dumps({"metadataLocation": self.table.metadata_location, "status": "success"})
        answers = {
            "list '@OPS.LAKE_STAGE/raw'": listing,
            "desc stage OPS.LAKE_STAGE": [
                ["STAGE_LOCATION", "URL", "String", json.dumps([f"file://{self.stage}/"]), ""],
                ["STAGE_INTEGRATION", "STORAGE_INTEGRATION", "String", "LAKE", ""],
            ],
            # Snowflake answers the owner only: with a procedure of the owner's there is no other way.
            f"call {procedure}('raw.gi_stores')"
            if procedure
            else "select system$get_iceberg_table_information('raw.gi_stores')": [[information]],
        }
        (self.folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
        package = write_package_zip(REPOSITORY, self.folder / "package")
        driver = Path(__file__).with_name("snowpark_session.py")
        model = REPOSITORY / "models/diagnostics/orphan_files.py"
        done = subprocess.run(
            [str(part) for part in (PYTHON, "-W", "ignore", driver, self.folder, package, model, procedure)],
            cwd=self.folder,
            # Local testing keeps each file that a SnowflakeFile opened in the temporary folder.
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def staged(tmp_path) -> StagedTable:
    """The table, new."""
    return StagedTable(tmp_path)


def classes(rows: list[dict]) -> dict[str, str]:
    """The class of each file."""
    return {row["FILE_PATH"]: row["FINDING_CLASS"] for row in rows}


def test_files_are_judged_by_what_metadata_on_the_stage_names(staged):
    expired = staged.expired.removeprefix("file://")
    planted = {
        staged.add("data/lost.parquet"): "lost_batch",
        staged.add("data/young.parquet", young=True): "in_flight",
        staged.add("metadata/refused-m0.avro"): "rejected_metadata",
    }
    (named, *_) = [path.removeprefix("file://") for path in staged.table.inspect.files()["file_path"].to_pylist()]
    Path(named).unlink()
    rows = staged.scan()
    found = classes(rows)
    assert found.items() >= (planted | {named: "dangling_reference"}).items()
    others = {path: kind for path, kind in found.items() if path not in planted and path != named}
    # Its manifests and list too are named by older metadata alone.
    assert expired in others and set(others.values()) == {"expired_leftover"}
    assert list(rows[0]) == [name.upper() for name in SCHEMA.names]
    (lost,) = [row for row in rows if row["FINDING_CLASS"] == "lost_batch"]
    assert (lost["SIZE_BYTES"], lost["SEVERITY"], lost["TABLE_OWNER"]) == (8, "warning", "loading")
    assert lost["MODIFIED_AT"] == str(LONG_AGO.replace(tzinfo=None))
    assert lost["RECOMMENDED_ACTION"].endswith(
        "scan --table raw.gi_stores --catalog snowflake --location @OPS.LAKE_STAGE/raw"
    )


def test_the_procedure_of_the_models_settings_is_asked(staged):
    lost = staged.add("data/lost.parquet")
    assert classes(staged.scan("RAW.ICEBERG_TABLE_INFORMATION"))[lost] == "lost_batch"


def test_a_published_table_loses_nothing(staged):
    lost = staged.add("data/lost.parquet")
    assert classes(staged.scan(role="published"))[lost] == "abandoned_build"


def test_a_table_that_cannot_be_judged_is_a_row(staged):
    shutil.move(staged.table.metadata_location.removeprefix("file://"), staged.folder / "gone")
    (row,) = staged.scan()
    assert (row["FINDING_CLASS"], row["FILE_PATH"]) == ("unreadable", "raw.gi_stores")
    assert "cannot be read" in row["EVIDENCE"]


def test_too_many_strays_are_not_believed(staged):
    for number in range(40):
        staged.add(f"data/{number}.parquet")
    (row,) = staged.scan()
    assert row["FINDING_CLASS"] == "unreadable" and "too many to be believed" in row["EVIDENCE"]
