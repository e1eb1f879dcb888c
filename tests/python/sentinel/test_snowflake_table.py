"""A Snowflake-managed table, with a stand-in that answers its two statements from a real table on a loopback S3.

The rows of LIST have the columns and the spelling that Snowflake documents: name, size, md5, last_modified.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from store_matching.errors import LakeError
from store_matching.sentinel.list_files import list_files
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.scan import ScanOptions, scan_table
from store_matching.sentinel.scan_all import utc_now
from store_matching.sentinel.snowflake_table import list_stage, snowflake_execute
from store_matching.sentinel.watched import Catalogs

from .conftest import GI, LATER

STAGE = "@ops.lake_stage/raw/gi_stores"
SNOWFLAKE = replace(GI, catalog="snowflake", location=STAGE)


class StandIn:
    """Answers as Snowflake documents it; keeps the statements."""

    def __init__(self, watched):
        self.watched = watched
        self.statements = []

    def __call__(self, sql):
        self.statements.append(sql)
        if sql.startswith(("select system$get_iceberg_table_information", "call RAW.ICEBERG_TABLE_INFORMATION")):
            return [(json.dumps({"metadataLocation": self.watched.table.metadata_location, "status": "success"}),)]
        assert sql == f"list '{STAGE}'"
        listing = list_files(self.watched.table.location(), self.watched.storage).to_pylist()
        return [
            (
                row["path"],
                row["size_bytes"],
                "d41d8cd98f00b204e9800998ecf8427e",
                format_datetime(datetime.fromtimestamp(row["modified_ns"] / 1e9, UTC), usegmt=True),
            )
            for row in listing
        ]


def scan(stand_in, watched):
    """Scan as if everything were old enough."""
    return scan_table(SNOWFLAKE, Catalogs(None, stand_in), watched.ledgers, ScanOptions(now=lambda: utc_now() + LATER))


@pytest.mark.parametrize("watched", ["s3"], indirect=True)
def test_a_lost_batch_is_found_by_the_stage_and_the_metadata_that_snowflake_names(watched):
    watched.load(11, "ab")
    stand_in = StandIn(watched)
    assert scan(stand_in, watched).findings == []
    watched.lose_by_kill(12, "cde")
    (lost,) = watched.files() - watched.live_files()
    found = scan(stand_in, watched)
    (finding,) = [f for f in found.findings if f.finding_class == "lost_batch"]
    assert (finding.file_path, finding.row_count, finding.live_key_count) == (lost, 3, 0)
    assert finding.batch.batch_id == "b12"
    assert {sql.split("(")[0] for sql in stand_in.statements} == {
        "select system$get_iceberg_table_information",
        f"list '{STAGE}'",
    }
    with pytest.raises(LakeError, match="written by Snowflake alone"):
        recover(watched.lake, SNOWFLAKE, [finding], watched.ledgers, utc_now)


@pytest.mark.parametrize("watched", ["s3"], indirect=True)
@pytest.mark.parametrize(
    ("procedure", "asking"),
    [
        ("RAW.ICEBERG_TABLE_INFORMATION", "call RAW.ICEBERG_TABLE_INFORMATION"),
        ("GOLD.ANOTHER", "select system$get_iceberg_table_information"),
    ],
)
def test_a_procedure_of_the_owner_is_asked_for_the_tables_of_its_schema(watched, monkeypatch, procedure, asking):
    monkeypatch.setenv("STORE_MATCHING_METADATA_PROCEDURE", procedure)
    watched.load(11, "ab")
    stand_in = StandIn(watched)
    assert scan(stand_in, watched).findings == []
    assert set(stand_in.statements) == {f"{asking}('{SNOWFLAKE.table_name}')", f"list '{STAGE}'"}


def test_an_internal_stage_is_refused():
    with pytest.raises(LakeError, match="no external stage"):
        list_stage(lambda _: [("lake_stage/a.parquet", 1, "", "Wed, 25 Nov 2026 07:38:10 GMT")], "@lake_stage")


def test_a_refusal_says_what_to_do():
    def refuse(_):
        raise RuntimeError("002003: Object does not exist or not authorized")

    with pytest.raises(LakeError, match="check that the role owns the table"):
        Catalogs(None, refuse).table(SNOWFLAKE)
    with pytest.raises(LakeError, match="cannot be listed"):
        list_stage(refuse, STAGE)


def test_a_missing_setting_is_named(monkeypatch):
    monkeypatch.delenv("SNOWFLAKE_ACCOUNT", raising=False)
    with pytest.raises(LakeError, match="SNOWFLAKE_ACCOUNT"):
        snowflake_execute()
