"""Releases of a lake in an object store: a real S3 server on loopback."""

import boto3
import pytest
from moto.server import ThreadedMotoServer

from store_matching.lake import open_lake, open_release
from store_matching.releases.expire import Retention, expire_releases


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """A bucket named stores; the environment names a lake in it."""
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


def test_publish_read_roll_back_and_expire(bucket, make_publisher):
    lake = open_lake()
    publisher = make_publisher(lake)
    for stores in (10, 20, 30):
        publisher.fill(stores)
        publisher.publish()
    with open_release() as release:
        assert (release.release_id, release.rows("select count(*) from mart.stores")) == (3, [(30,)])
    publisher.rollback(2)
    with open_release() as release:
        assert release.arrow("mart.stores").num_rows == 20
    before = {found["Key"] for found in bucket.list_objects_v2(Bucket="stores")["Contents"]}
    plan = expire_releases(lake, Retention(1, 0, 0), dry_run=False)
    after = {found["Key"] for found in bucket.list_objects_v2(Bucket="stores")["Contents"]}
    assert plan.releases == (1,)
    assert before - after == {path.removeprefix("s3://stores/") for path in plan.files} != set()
    with open_release() as release:
        assert release.rows("select count(store_name) from gold.stores") == [(20,)]
