"""Tables of Hadoop-style folders: no catalog, the newest `v<N>.metadata.json` is the table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.sentinel.list_files import Storage, list_files, storage_of

if TYPE_CHECKING:
    from pyiceberg.table import Table

SUFFIXES = (".metadata.json", ".gz.metadata.json", ".metadata.json.gz")
VERSION = re.compile(r"v(\d+)(?:\.gz)?\.metadata\.json(?:\.gz)?")


def hadoop_table(location: str) -> Table | None:
    """Return the table in a folder, None where there is none.

    The version hint is where to begin only: a writer that died between a commit and the hint leaves an old one, so
    that versions after it are looked for; without a hint the newest version there is, as Hadoop's catalog does.
    Raises LakeError when the hint names no version that exists.
    """
    from pyiceberg.io import load_file_io
    from pyiceberg.table import StaticTable

    storage = storage_of(location, load_file_io({}, location))
    folder = location.rstrip("/") + "/metadata"
    hint = f"{folder}/version-hint.text"
    has_hint = storage.exists(hint)
    text = storage.read(hint).decode(errors="replace").strip() if has_hint else _newest_version(storage, folder)
    if text is None:
        return None
    if not text.isdigit():
        raise LakeError(
            f"{hint}: '{text}' is no version number\n  what to do: write the number of the newest metadata file"
        )
    newest = None
    version = int(text)
    while found := _metadata_file(storage, folder, version):
        newest, version = found, version + 1
    if newest is None:
        raise LakeError(f"{hint} names version {text}, and there is no v{text}.metadata.json beside it")
    return StaticTable.from_metadata(newest)


def _newest_version(storage: Storage, folder: str) -> str | None:
    paths = list_files(folder, storage)["path"].to_pylist()
    found = [match.group(1) for path in paths if (match := VERSION.fullmatch(path.rsplit("/", 1)[-1]))]
    return max(found, key=int, default=None)


def _metadata_file(storage: Storage, folder: str, version: int) -> str | None:
    return next(
        (path for suffix in SUFFIXES if storage.exists(path := f"{folder}/v{version}{suffix}")),
        None,
    )
