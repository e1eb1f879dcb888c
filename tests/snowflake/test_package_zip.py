"""The zip of the package: same sources, same bytes; Python imports from it; it is put on the stage as it is."""

import os
import shutil
import subprocess
import sys

import pytest

from store_matching.errors import LakeError
from store_matching.operations.package_zip import put_package, write_package_zip
from tests.snowflake.emulator import REPOSITORY


@pytest.fixture
def checkout(tmp_path):
    """A copy of the sources, with other times and with what Python leaves behind."""
    shutil.copytree(REPOSITORY / "store_matching", tmp_path / "checkout/store_matching", copy_function=shutil.copyfile)
    shutil.copyfile(REPOSITORY / "pyproject.toml", tmp_path / "checkout/pyproject.toml")
    (tmp_path / "checkout/store_matching/__pycache__").mkdir(exist_ok=True)
    (tmp_path / "checkout/store_matching/__pycache__/left.pyc").write_bytes(b"left")
    return tmp_path / "checkout"


def test_equal_sources_give_equal_bytes_and_a_change_another_name(checkout, tmp_path):
    first = write_package_zip(REPOSITORY, tmp_path / "first")
    second = write_package_zip(checkout, tmp_path / "second")
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())

    os.utime(checkout / "store_matching/errors.py", (0, 0))
    assert write_package_zip(checkout, tmp_path / "second").name == first.name
    with (checkout / "store_matching/errors.py").open("a") as file:
        file.write("\n# changed\n")
    assert write_package_zip(checkout, tmp_path / "second").name != first.name


def test_python_imports_from_the_zip(tmp_path):
    file = write_package_zip(REPOSITORY, tmp_path)
    program = """
import sys
sys.path.insert(0, sys.argv[1])
import store_matching.sentinel.finding_rows as found
print(found.__file__)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, file],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(file))


def test_the_zip_is_put_uncompressed_and_a_refusal_says_what_to_do(tmp_path):
    file = write_package_zip(REPOSITORY, tmp_path / "o'brien")
    said = []
    put_package(lambda sql: said.append(sql) or [], file, "@OPS.CODE")
    assert said == [f"put 'file://{tmp_path}/o\\'brien/{file.name}' @OPS.CODE auto_compress = false overwrite = false"]

    def refuse(sql):
        raise RuntimeError("Stage 'OPS.CODE' does not exist or not authorized.")

    with pytest.raises(LakeError, match="check that the stage is there"):
        put_package(refuse, file, "@OPS.CODE")
