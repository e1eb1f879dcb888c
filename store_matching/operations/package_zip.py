"""The package as one zip that Python imports from, for Snowflake's Python models."""

from __future__ import annotations

import hashlib
import tomllib
import zipfile
from pathlib import Path

from store_matching.errors import LakeError
from store_matching.sentinel.snowflake_table import Execute

# The first moment that a zip can name: times of files would differ between checkouts.
MOMENT = (1980, 1, 1, 0, 0, 0)
PACKAGE = "store_matching"


def write_package_zip(root: Path, folder: Path) -> Path:
    """Write the package of the repository `root` into a folder and return the file.

    The name is store_matching-<version>-<12 digits of the SHA-256 of its files>.zip; equal sources give equal bytes.
    """
    files = sorted(path for path in (root / PACKAGE).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    contents = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{PACKAGE}-{version}-{digest.hexdigest()[:12]}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target


def make_stage(execute: Execute, stage: str) -> None:
    """Make an internal stage such as '@OPS.CODE' where it is missing. Raises LakeError when Snowflake refuses."""
    try:
        execute(f"create stage if not exists {stage.removeprefix('@')}")
    except Exception as error:
        raise LakeError(
            f"the stage {stage} cannot be made: {error}\n  what to do: grant CREATE STAGE on its schema to the role"
        ) from error


def put_package(execute: Execute, file: Path, stage: str) -> None:
    """Upload the zip to a stage such as '@OPS.CODE', where it is left as it is if it is there already.

    Raises LakeError when Snowflake refuses.
    """
    quoted = file.resolve().as_posix().replace("'", "\\'")
    try:
        # Compressed once more, Python could not import from it.
        execute(f"put 'file://{quoted}' {stage} auto_compress = false overwrite = false")
    except Exception as error:
        raise LakeError(
            f"{file.name} cannot be put on {stage}: {error}\n"
            "  what to do: check that the stage is there and the role may write to it"
        ) from error
