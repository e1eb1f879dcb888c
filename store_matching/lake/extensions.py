"""Load DuckDB's extensions from their wheels: no network, no files in the home folder."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import duckdb

from store_matching.errors import LakeError
from store_matching.lake.object_store import create_secret

# avro first: iceberg would download it.
ICEBERG_EXTENSIONS = ("avro", "iceberg")


def extension_file(name: str) -> Path:
    """Return the extension's file inside the wheel `duckdb-extension-<name>`. Raises LakeError without the wheel."""
    package = f"duckdb-extension-{name}"
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == f"{name}.duckdb_extension":
            return Path(str(file.locate())).resolve()
    raise LakeError(f"the package {package} is not installed; run: pip install {package}=={duckdb.__version__}")


def load_extensions(
    connection: duckdb.DuckDBPyConnection, *, s3: bool = False, names: tuple[str, ...] = ICEBERG_EXTENSIONS
) -> None:
    """Load avro and iceberg, and for a lake in S3 httpfs with the bucket's secret, into the connection's instance.

    names: load only these, where a fifth of a second matters

    Raises LakeError when a wheel is missing.
    """
    for name in (*names, *(("httpfs",) if s3 else ())):
        connection.execute(f"load '{_quoted(extension_file(name))}'")
    if s3:
        create_secret(connection)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
