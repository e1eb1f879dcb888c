"""A lake in an object store: a real S3 server on loopback, reached by the standard AWS variables."""

import boto3
import duckdb
import pytest
from moto.server import ThreadedMotoServer

from store_matching.lake import open_lake
from store_matching.landing import load_batch
from store_matching.landing.raw_views import create_raw_views

from .conftest import NOON


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
        "STORE_MATCHING_LAKE": "s3://stores/lake",
        "STORE_MATCHING_LAKE_STATE": str(tmp_path / "state"),
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint)
    client.create_bucket(Bucket="stores")
    yield client
    server.stop()


def test_delta_and_full_extract(bucket, write):
    lake = open_lake()
    load_batch(lake, "GI", write("id,name\n1,a\n2,b\n,refused\n"), NOON, batch_id="delta")
    again = load_batch(lake, "GI", write("id,name\n1,a\n2,b\n,refused\n"), NOON, batch_id="delta")
    full = load_batch(lake, "GI", write("id,name\n1,a\n3,c\n"), NOON, batch_id="full", is_full=True)
    assert again.already_loaded
    assert (full.full.new, full.full.unchanged, full.full.deleted) == (1, 1, 1)
    with duckdb.connect() as connection:
        create_raw_views(connection, lake)
        rows = connection.execute("select store_id, batch_id, is_deleted from raw.gi_stores order by all").fetchall()
        rejected = connection.execute("select batch_id, row_number from raw.rejected_rows").fetchall()
    assert rows == [("1", "delta", None), ("2", "delta", None), ("2", "full", True), ("3", "full", None)]
    assert rejected == [("delta", 3)]
    keys = [found["Key"] for found in bucket.list_objects_v2(Bucket="stores")["Contents"]]
    assert sum(key.startswith("lake/raw/gi_stores/data/") for key in keys) == 2
