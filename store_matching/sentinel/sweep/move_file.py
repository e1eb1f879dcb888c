"""Write and move single files of a storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyarrow import fs

from store_matching.errors import LakeError
from store_matching.sentinel.list_files import Storage

if TYPE_CHECKING:
    pass


def write_file(storage: Storage, path: str, content: bytes) -> None:
    _make_folder(storage, path)
    with storage.filesystem.open_output_stream(storage.path(path)) as stream:
        stream.write(content)


def _make_folder(storage: Storage, path: str) -> None:
    if not storage.prefix:
        storage.filesystem.create_dir(storage.path(path).rsplit("/", 1)[0], recursive=True)


def move_file(storage: Storage, source: str, target: str, size_bytes: int) -> None:
    """Move a file; where storage cannot rename, it is copied, and removed only when the copy is whole."""
    _make_folder(storage, target)
    here, there = storage.path(source), storage.path(target)
    try:
        if not storage.prefix:
            storage.filesystem.move(here, there)
            return
        storage.filesystem.copy_file(here, there)
        info = storage.filesystem.get_file_info(there)
        if info.type != fs.FileType.File or info.size != size_bytes:
            raise OSError(f"the copy has {info.size} bytes, not {size_bytes}")
        storage.filesystem.delete_file(here)
    except OSError as error:
        raise LakeError(f"{source} could not be moved to {target}: {error}\n  what to do: sweep again") from error
