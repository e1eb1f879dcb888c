"""An external stage over the location of Snowflake-managed tables, as a procedure sees it."""

from __future__ import annotations

import json
from collections.abc import Callable

from store_matching.errors import LakeError
from store_matching.sentinel.canonical_paths import folder_of
from store_matching.sentinel.snowflake_table import Execute


class Stage:
    """A stage such as '@OPS.LAKE_STAGE/raw', whose files have URIs.

    execute:   runs a statement and returns its rows
    read_file: gives the bytes of a staged file, '@OPS.LAKE_STAGE/raw/x.avro'
    Raises LakeError where Snowflake does not say where the stage lies.
    """

    def __init__(self, execute: Execute, read_file: Callable[[str], bytes], declared: str) -> None:
        self.declared = declared
        self.read_file = read_file
        self.name = declared.partition("/")[0]
        try:
            rows = execute(f"desc stage {self.name.removeprefix('@')}")
            (value,) = [row[3] for row in rows if row[1].upper() == "URL"]
            self.url = folder_of(json.loads(value)[0] if value.startswith("[") else value)
        except Exception as error:
            raise LakeError(
                f"where {self.name} lies cannot be read: {error}; nothing was judged\n"
                "  what to do: check that it is an external stage and that the role may use it"
            ) from error

    def holds(self, path: str) -> bool:
        """Whether a canonical path lies where the declared part of the stage lies."""
        inside = self.declared.partition("/")[2]
        return path.startswith(folder_of(self.url + inside))

    def read(self, uri: str) -> bytes:
        """Return the bytes of a file that metadata names. Raises LakeError where it lies elsewhere or is not read."""
        folder = folder_of(uri.rpartition("/")[0])
        if not folder.startswith(self.url):
            raise LakeError(f"{uri} does not lie where {self.name} does, at {self.url}; nothing was judged")
        staged = f"{self.name}/{folder.removeprefix(self.url)}{uri.rpartition('/')[2]}"
        try:
            return self.read_file(staged)
        except Exception as error:
            raise LakeError(f"{staged} cannot be read: {error}; nothing was judged") from error
