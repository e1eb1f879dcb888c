"""Open the lake: its Iceberg catalog and its OPS store."""

from __future__ import annotations

import fcntl
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.lake.object_store import file_io_properties
from store_matching.lake.settings import LakeSettings, lake_settings
from store_matching.ops.store import OpsStore

if TYPE_CHECKING:
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.schema import Schema
    from pyiceberg.table import Table

CATALOG_NAME = "store_matching"
ROOT_SETTING = "lake_root"
# A second writer of the catalog waits so long for the first.
CATALOG_TIMEOUT_SECONDS = 30
# Commits are retried here, where it is known what they hold: PyIceberg's own retry would commit a batch twice that
# another loader has landed meanwhile.
TABLE_PROPERTIES = {"commit.retry.num-retries": "0"}


class Lake:
    """A lake that has been opened; cheap to make, the catalog is opened when it is first used.

    settings: where it lies
    ops:      its OPS store
    """

    def __init__(self, settings: LakeSettings) -> None:
        self.settings = settings
        self.ops = OpsStore(settings.ops_file)

    @cached_property
    def catalog(self) -> SqlCatalog:
        """The Iceberg catalog, in a SQLite file that many processes may use at once."""
        # PyIceberg takes two seconds to import: who only asks OPS does not pay for it.
        from pyiceberg.catalog.sql import SqlCatalog

        # The first use makes the catalog's tables, which two processes must not do at once.
        with self.settings.catalog_file.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return SqlCatalog(
                CATALOG_NAME,
                uri=f"sqlite:///{self.settings.catalog_file}?timeout={CATALOG_TIMEOUT_SECONDS}",
                warehouse=self.settings.warehouse,
                **(file_io_properties() if self.settings.is_s3 else {}),
            )

    def table(self, name: str) -> Table | None:
        """Return the Iceberg table of a name such as 'raw.gi_stores', None where there is none.

        Raises LakeError when the table's metadata file is gone.
        """
        from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError

        try:
            return self.catalog.load_table(name)
        except (NoSuchTableError, NoSuchNamespaceError):
            return None
        except (FileNotFoundError, OSError) as error:
            raise LakeError(
                f"Iceberg table {name} cannot be read: its metadata file is gone ({error})\n"
                "  what to do: put the file back from a copy of the lake; nothing was changed"
            ) from error

    def make_table(self, name: str, schema: Schema, properties: dict[str, str] | None = None) -> Table:
        """Return the Iceberg table of this name, made with `schema` where there is none."""
        from pyiceberg.exceptions import TableAlreadyExistsError

        table = self.table(name)
        if table is not None:
            return table
        self.catalog.create_namespace_if_not_exists(name.split(".")[0])
        try:
            return self.catalog.create_table(name, schema, properties=TABLE_PROPERTIES | (properties or {}))
        except TableAlreadyExistsError:
            return self.catalog.load_table(name)


def open_lake(root: str | Path | None = None, *, create: bool = True, state: str | Path | None = None) -> Lake:
    """Open the lake at a root, by default that of the environment (STORE_MATCHING_LAKE, else `lake`).

    create: make an empty lake where there is none; else LakeError
    Raises LakeError also when the lake lies elsewhere than where it was made: Iceberg metadata names its files by
    full path, so that a lake cannot be read from another place.
    """
    settings = lake_settings(root, state)
    if not settings.ops_file.exists():
        if not create:
            raise LakeError(
                f"there is no lake at {settings.root}\n"
                "  what to do: run `make build`, or name another root with STORE_MATCHING_LAKE"
            )
        try:
            settings.state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LakeError(f"the lake's folder {settings.state} cannot be made: {error.strerror}") from error
    lake = Lake(settings)
    recorded = lake.ops.setting(ROOT_SETTING)
    if recorded is None and create:
        lake.ops.keep_setting(ROOT_SETTING, settings.root)
    elif recorded is not None and recorded != settings.root:
        raise LakeError(
            f"the lake at {settings.root} was made at {recorded}, and its Iceberg metadata names every file there\n"
            f"  what to do: move it back to {recorded}, or put a link there to {settings.root} and open it by its "
            "old name"
        )
    return lake
