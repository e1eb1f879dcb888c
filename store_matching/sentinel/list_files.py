"""List the files of a location with size and time of change; local and S3 by pyarrow's file systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pyarrow as pa
from pyarrow import fs

from store_matching.errors import LakeError
from store_matching.sentinel.canonical_paths import folder_of

if TYPE_CHECKING:
    from pyiceberg.io import FileIO

QUARANTINE = "_sentinel_quarantine"
# A folder that vanishes while it is listed is looked at again.
LISTING_TRIES = 3
LISTING_SCHEMA = pa.schema([("path", pa.string()), ("size_bytes", pa.int64()), ("modified_ns", pa.int64())])


@dataclass(frozen=True)
class Storage:
    """The file system of a location.

    filesystem: of pyarrow
    prefix:     what stands before its paths in URIs: '' or 's3://'
    """

    filesystem: fs.FileSystem
    prefix: str

    def path(self, uri: str) -> str:
        """Path of a URI inside the file system."""
        return uri.split("://", 1)[1] if self.prefix else folder_of(uri).rstrip("/")

    def exists(self, canonical: str) -> bool:
        """Whether a file exists."""
        return self.filesystem.get_file_info(self.path(canonical)).type == fs.FileType.File

    def existing(self, paths: list[str]) -> set[str]:
        """Those of the paths that exist."""
        infos = self.filesystem.get_file_info([self.path(path) for path in paths])
        return {path for path, info in zip(paths, infos, strict=True) if info.type == fs.FileType.File}

    def read(self, canonical: str) -> bytes:
        """The bytes of a file."""
        with self.filesystem.open_input_stream(self.path(canonical), compression=None) as stream:
            return stream.read()


def storage_of(location: str, io: FileIO) -> Storage:
    """Return the file system of a location, reached with the settings of a table's FileIO."""
    from pyiceberg.io.pyarrow import PyArrowFileIO

    address = urlparse(location)
    if address.scheme in ("", "file"):
        return Storage(fs.LocalFileSystem(), "")
    if address.scheme not in ("s3", "s3a", "s3n"):
        raise LakeError(f"location {location}: files of '{address.scheme}://' cannot be listed; file and s3 can")
    opened = io if isinstance(io, PyArrowFileIO) else PyArrowFileIO(io.properties)
    return Storage(opened.fs_by_scheme("s3", address.netloc), "s3://")


def list_files(location: str, storage: Storage) -> pa.Table:
    """Return the files below a location: path (with scheme when in S3), size_bytes, modified_ns (UTC, since 1970).

    A location that does not exist holds no file. Folders, and what the Sentinel has put into quarantine, are left
    out.
    Raises LakeError when a folder cannot be read: an incomplete list would call files missing that are there.
    """
    root = folder_of(location) if not storage.prefix else location.rstrip("/") + "/"
    selector = fs.FileSelector(storage.path(root), recursive=True, allow_not_found=True)
    for tries_left in reversed(range(LISTING_TRIES)):
        try:
            found = storage.filesystem.get_file_info(selector)
            break
        except OSError as error:
            if not tries_left:
                raise LakeError(
                    f"the files of {location} cannot be listed: {error}\n"
                    "  what to do: check the rights of this user on every folder of the location; nothing was judged"
                ) from error
    files = [info for info in found if info.type == fs.FileType.File]
    paths = [info.path for info in files]
    if any(QUARANTINE in path for path in paths):
        files = [info for info in files if f"/{QUARANTINE}/" not in info.path]
        paths = [info.path for info in files]
    # Arrow's own pool keeps what was freed; a list of a million files is given back to the system.
    pool = pa.system_memory_pool()
    named = [storage.prefix + path for path in paths] if storage.prefix else paths
    return pa.table(
        [
            pa.array(named, pa.string(), memory_pool=pool),
            pa.array([info.size for info in files], pa.int64(), memory_pool=pool),
            pa.array([info.mtime_ns for info in files], pa.int64(), memory_pool=pool),
        ],
        schema=LISTING_SCHEMA,
    )
