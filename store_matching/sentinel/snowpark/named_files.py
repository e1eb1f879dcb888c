"""Files that the metadata of an Iceberg table names, read by JSON and Avro alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from store_matching.sentinel.canonical_paths import canonical_path

# Gives the bytes of a file that metadata names. Raises OSError or LakeError where it cannot be read.
Read = Callable[[str], bytes]
# Of an entry in a manifest: the file was removed by the snapshot that wrote it.
DELETED = 2


@dataclass(frozen=True)
class NamedFiles:
    """What one metadata file names.

    table_uuid: of the table
    location:   of the table, as metadata spells it
    live:       canonical paths of what some snapshot still needs
    """

    table_uuid: str
    location: str
    live: frozenset[str]


class MetadataReader:
    """Reads metadata files; each manifest once, however many snapshots name it."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self._manifests: dict[str, list[str]] = {}

    def named_files(self, metadata_path: str) -> NamedFiles:
        """Return what a metadata file names. Raises what `read` raises, where one of the files is gone too."""
        metadata = json.loads(self.read(metadata_path))
        live = {metadata_path}
        live.update(entry["metadata-file"] for entry in metadata.get("metadata-log", []))
        for name in ("statistics", "partition-statistics"):
            live.update(entry["statistics-path"] for entry in metadata.get(name, []))
        for snapshot in metadata.get("snapshots", []):
            live.add(snapshot["manifest-list"])
            for entry in self._records(snapshot["manifest-list"]):
                live.add(entry["manifest_path"])
                live.update(self._data_files(entry["manifest_path"]))
        return NamedFiles(metadata["table-uuid"], metadata["location"], frozenset(map(canonical_path, live)))

    def _data_files(self, manifest: str) -> list[str]:
        if manifest not in self._manifests:
            self._manifests[manifest] = [
                entry["data_file"]["file_path"] for entry in self._records(manifest) if entry["status"] != DELETED
            ]
        return self._manifests[manifest]

    def _records(self, path: str) -> Iterator[dict]:
        import fastavro

        return fastavro.reader(io.BytesIO(self.read(path)))
