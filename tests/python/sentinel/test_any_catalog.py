"""The Sentinel on tables of other catalogs: REST, Glue, and folders without one."""

import os

import boto3
import pytest
from pyiceberg.exceptions import CommitFailedException

from store_matching.errors import LakeError
from store_matching.sentinel.hadoop_table import hadoop_table
from store_matching.sentinel.scan import ScanOptions, scan_table
from store_matching.sentinel.types import Cause
from store_matching.sentinel.watched import Catalogs, WatchedTable

from .any_table import NAME, AnyTable, configure, configure_only, in_catalog, rows, to_hadoop
from .rest_server import serve_rest_catalog


@pytest.fixture
def rest(tmp_path, monkeypatch):
    """A table of a REST catalog with two commits."""
    settings = {"URI": f"sqlite:///{tmp_path}/backing.db", "WAREHOUSE": f"file://{tmp_path}/warehouse"}
    with serve_rest_catalog(configure(monkeypatch, "backing", settings)) as address:
        any_table = in_catalog(configure(monkeypatch, "anyrest", {"TYPE": "rest", "URI": address}), tmp_path)
        any_table.append(rows("ab"))
        any_table.append(rows("c"))
        yield any_table


@pytest.fixture
def glue(tmp_path, monkeypatch, s3_endpoint):
    """A table of a Glue catalog, its files in S3."""
    bucket = f"glue-{tmp_path.name.lower().replace('_', '-')}"[:60].rstrip("-")
    keys = {"ACCESS_KEY_ID": "testing", "SECRET_ACCESS_KEY": "testing", "REGION": "us-east-1"}
    client = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=s3_endpoint, **client).create_bucket(Bucket=bucket)
    settings = {"TYPE": "glue", "WAREHOUSE": f"s3://{bucket}/warehouse"}
    for service in ("GLUE", "S3"):
        settings |= {f"{service}__{name}": value for name, value in keys.items()}
        settings[f"{service}__ENDPOINT"] = s3_endpoint
    any_table = in_catalog(configure(monkeypatch, "anyglue", settings), tmp_path)
    any_table.append(rows("ab"))
    yield any_table
    catalog = any_table.table.catalog
    catalog.drop_table(NAME)
    catalog.drop_namespace("geo")


def test_losses_of_a_rest_catalog_are_found(rest):
    rest.prove()


@pytest.mark.long
def test_losses_of_a_glue_catalog_in_s3_are_found(glue):
    glue.prove()


def test_a_batch_whose_commit_a_rest_catalog_refused_is_lost_to_a_conflict(rest):
    with rest.table.transaction() as transaction:
        transaction.set_properties({"commit.retry.num-retries": "0"})
    stale, before = rest.table, rest.files()
    rest.append(rows("d"))
    live = {path.removeprefix("file://") for path in rest.live_files()}
    rival = rest.table.current_snapshot().timestamp_ms / 1000
    with pytest.raises(CommitFailedException):
        stale.append(rows("xy"))
    (lost,) = {path for path in rest.files() - before - live if path.endswith(".parquet")}
    # A slow machine may take seconds between the two.
    os.utime(lost, (rival + 1, rival + 1))
    (finding,) = rest.found()["lost_batch"]
    assert (finding.file_path, finding.row_count, finding.live_key_count) == (lost, 2, 0)
    assert finding.cause == Cause.COMMIT_CONFLICT


def test_a_catalog_that_does_not_answer_or_does_not_hold_the_table_is_told_apart(rest, monkeypatch, tmp_path):
    unknown = WatchedTable("geo.unknown", catalog="anyrest")
    assert scan_table(unknown, Catalogs(), tmp_path / "ledgers", ScanOptions()) is None
    configure_only(monkeypatch, "silent", {"TYPE": "rest", "URI": "http://127.0.0.1:9"})
    for catalog in ("silent", "undescribed"):
        with pytest.raises(LakeError, match=catalog):
            scan_table(WatchedTable(NAME, catalog=catalog), Catalogs(), tmp_path / "ledgers", ScanOptions())


@pytest.fixture(params=["plain", "gz"])
def hadoop(request, sql, tmp_path):
    """A folder as Hadoop's catalog keeps it: versions by number, no catalog, checksums beside files."""
    table = sql(properties={"write.metadata.compression-codec": {"plain": "none", "gz": "gzip"}[request.param]})
    for ids in ("ab", "c", "de"):
        table.append(rows(ids))
    location = to_hadoop(table.table)
    return AnyTable(
        lambda: hadoop_table(location), WatchedTable(NAME, catalog="hadoop", location=location), tmp_path / "other"
    )


@pytest.mark.parametrize("hint", ["right", "stale", "missing"])
def test_losses_of_a_hadoop_folder_are_found_whatever_its_version_hint_says(hadoop, hint):
    path = hadoop.table.location() + "/metadata/version-hint.text"
    newest = int(hadoop.storage.read(path))
    assert newest == 4
    if hint == "stale":
        hadoop.write(path, b"2")
    elif hint == "missing":
        hadoop.remove(path)
    assert hadoop.table.metadata_location.split("/")[-1].startswith("v4.")
    assert hadoop.table.scan().to_arrow().num_rows == 5
    hadoop.prove()


def test_checksums_that_hadoop_writes_beside_files_are_no_strays(hadoop):
    for path in hadoop.files():
        folder, name = path.rsplit("/", 1)
        hadoop.write(f"{folder}/.{name}.crc", b"crc")
    hadoop.prove()


def test_a_hint_that_names_no_version_is_an_error_and_a_folder_without_metadata_no_table(hadoop, tmp_path):
    hadoop.write(hadoop.table.location() + "/metadata/version-hint.text", b"9")
    with pytest.raises(LakeError, match="names version 9"):
        hadoop.found()
    nothing = WatchedTable(NAME, catalog="hadoop", location=str(tmp_path / "nothing"))
    assert scan_table(nothing, Catalogs(), tmp_path / "ledgers", ScanOptions()) is None
