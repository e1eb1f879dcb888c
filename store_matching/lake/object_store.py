"""How PyIceberg and DuckDB reach an S3 lake: the standard AWS variables decide, also for a server of one's own."""

from __future__ import annotations

import os
from urllib.parse import urlparse

import duckdb


def file_io_properties() -> dict[str, str]:
    """Return PyIceberg's properties for S3, those the environment gives; the rest is AWS's own search."""
    found = {
        "s3.endpoint": os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"),
        "s3.access-key-id": os.environ.get("AWS_ACCESS_KEY_ID"),
        "s3.secret-access-key": os.environ.get("AWS_SECRET_ACCESS_KEY"),
        "s3.session-token": os.environ.get("AWS_SESSION_TOKEN"),
        "s3.region": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
    }
    return {name: value for name, value in found.items() if value}


def create_secret(connection: duckdb.DuckDBPyConnection, given: dict[str, str] | None = None) -> None:
    """Make the temporary DuckDB secret that opens the lake's bucket; httpfs has to be loaded.

    given: properties of a catalog's FileIO, which come before those of the environment
    """
    properties = file_io_properties() | {name: value for name, value in (given or {}).items() if value}
    options = {
        "key_id": properties.get("s3.access-key-id"),
        "secret": properties.get("s3.secret-access-key"),
        "session_token": properties.get("s3.session-token"),
        "region": properties.get("s3.region"),
    }
    if endpoint := properties.get("s3.endpoint"):
        address = urlparse(endpoint)
        options |= {"endpoint": address.netloc, "url_style": "path"}
        options["use_ssl"] = "true" if address.scheme == "https" else "false"
    settings = [f"{name} '{value.replace(chr(39), chr(39) * 2)}'" for name, value in options.items() if value]
    connection.execute(f"create or replace secret store_matching_lake ({', '.join(['type s3', *settings])})")
