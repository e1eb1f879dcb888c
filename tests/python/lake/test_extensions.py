"""DuckDB's extensions come from their wheels: no network, no home folder."""

import os
import re
import subprocess
import sys

import pytest

from store_matching.errors import LakeError
from store_matching.lake import extensions

# Any attempt to download an extension would end here.
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import duckdb
from store_matching.lake import load_extensions
connection = duckdb.connect()
connection.execute("set autoinstall_known_extensions = false; set autoload_known_extensions = false")
load_extensions(connection, s3=False)
print(sorted(row[0] for row in connection.execute(
    "select extension_name from duckdb_extensions() where loaded and extension_name in ('avro', 'iceberg')"
).fetchall()))
"""


def test_extensions_load_without_a_download_in_an_empty_home(repository, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    outcome = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(repository)],
        env=os.environ | {"HOME": str(home), "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.stdout == "['avro', 'iceberg']\n", outcome.stderr
    assert list(home.iterdir()) == []


def test_a_missing_wheel_is_named_with_the_command_that_installs_it(monkeypatch):
    def missing(package):
        raise extensions.importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(extensions.importlib.metadata, "files", missing)
    with pytest.raises(LakeError, match=re.escape("pip install duckdb-extension-iceberg==")):
        extensions.extension_file("iceberg")
