"""Put what a sweep moved back where it came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.lake import Lake
from store_matching.sentinel.canonical_paths import canonical_path
from store_matching.sentinel.findings import record_restored
from store_matching.sentinel.list_files import QUARANTINE, Storage, storage_of
from store_matching.sentinel.sweep.move_file import move_file

if TYPE_CHECKING:
    from pyiceberg.table import Table

MANIFEST_KEYS = ("finding_id", "moved_from", "moved_to", "size_bytes")


def restore(
    lake: Lake, manifest: str, now: Callable[[], datetime], table: Table | None = None
) -> list[tuple[str, str]]:
    """Put the files of a manifest back where they came from; return each with what became of it.

    table: whose storage the files are in, where it is not the lake's

    No file is written over. A second call finds every file in its place.
    Raises LakeError when the manifest cannot be read or names paths outside of its table's folder.
    """
    io = lake.catalog._load_file_io(location=manifest) if table is None else table.io
    storage = storage_of(manifest, io)
    outcomes = []
    for entry in _entries(storage, canonical_path(manifest)):
        source, target = entry["moved_to"], entry["moved_from"]
        if storage.exists(target):
            outcomes.append((target, "there already"))
        elif not storage.exists(source):
            outcomes.append((target, f"gone: it is not in quarantine at {source} either"))
        else:
            move_file(storage, source, target, entry["size_bytes"])
            record_restored(lake.ops, entry["finding_id"], f"restored from quarantine, see {manifest}", now())
            outcomes.append((target, "restored"))
    return outcomes


def _entries(storage: Storage, manifest: str) -> list[dict]:
    """Entries of a manifest, all of them checked before the first is used."""
    try:
        lines = storage.read(manifest).decode().splitlines()
    except OSError as error:
        raise LakeError(f"manifest {manifest} cannot be read: {error}") from error
    entries = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            if missing := [key for key in MANIFEST_KEYS if key not in entry]:
                raise ValueError(f"{missing[0]} is missing")
            for key in ("moved_from", "moved_to"):
                if "/../" in entry[key]:
                    raise ValueError(f"{key} '{entry[key]}' leads out of its folder")
            if f"/{QUARANTINE}/" not in entry["moved_to"]:
                raise ValueError(f"moved_to '{entry['moved_to']}' is not in quarantine")
            root = entry["moved_to"].split(f"/{QUARANTINE}/")[0] + "/"
            if not entry["moved_from"].startswith(root):
                raise ValueError(f"moved_from '{entry['moved_from']}' does not lie in {root}")
        except (ValueError, TypeError) as error:
            raise LakeError(
                f"manifest {manifest}, line {number}: {error}\n  what to do: use the manifest as it was written"
            ) from error
        entries.append(entry)
    return entries
