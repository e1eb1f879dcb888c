"""The watched tables, declared once: the seed seeds/watched_locations.csv, which models read too."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store_matching.errors import LakeError
from store_matching.sentinel.interval import interval

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

    from store_matching.lake import Lake
    from store_matching.sentinel.snowflake_table import Execute

DECLARATION = Path(__file__).resolve().parents[2] / "seeds" / "watched_locations.csv"
COLUMNS = (
    "table_name",
    "catalog",
    "location",
    "role",
    "source_system",
    "window_minutes",
    "arrival_minutes",
    "gaps_until",
    "grace_minutes",
    "key_columns",
    "version_column",
    "owner",
)
LAKE_CATALOG = "lake"
HADOOP_CATALOG = "hadoop"
SNOWFLAKE_CATALOG = "snowflake"
ROLES = ("landing", "published")
GAPS_UNTIL = ("latest", "now")
DEFAULT_GRACE_MINUTES = 5.0


@dataclass(frozen=True)
class WatchedTable:
    """One declared table.

    table_name:  such as 'raw.gi_stores'
    catalog:     'lake', 'hadoop' (a folder with version hints: the location), 'snowflake', else a PyIceberg catalog
    location:    where its files lie; '' for the location that its metadata names; of Snowflake an external stage may
                 list them: '@schema.stage/path'
    role:        'landing': each file is a batch that nobody can make again; 'published': it can be built again
    source_system:   whose batches it holds, '' where that means nothing
    window_minutes:  length of its batch windows; None where it has no schedule
    arrival_minutes: how long after a window's end its batch may still arrive
    gaps_until:  'latest': up to the newest window that arrived on any table of the same schedule; 'now'
    grace_minutes: least age of a file before it is judged; the observed lag of its writers can lengthen it
    key_columns: by which a row is found again; () for the table's identifier fields, else all columns
    version_column: a row is found again only where the table's row is not older by it; '' without versions
    """

    table_name: str
    catalog: str = LAKE_CATALOG
    location: str = ""
    role: str = "landing"
    source_system: str = ""
    window_minutes: int | None = None
    arrival_minutes: int = 0
    gaps_until: str = "latest"
    grace_minutes: float = DEFAULT_GRACE_MINUTES
    key_columns: tuple[str, ...] = ()
    version_column: str = ""
    owner: str = ""

    @property
    def stage(self) -> str | None:
        """The stage that lists its files, where one does."""
        return self.location if self.location.startswith("@") else None

    @property
    def folder(self) -> str:
        """Where its files are declared to lie, '' where its metadata says it."""
        return "" if self.stage else self.location

    @property
    def grace(self) -> timedelta:
        """Least age of a file before it is judged."""
        return timedelta(minutes=self.grace_minutes)

    @property
    def options(self) -> list[str]:
        """Options of the scripts that choose this table, also where it is not declared."""
        found = ["--table", self.table_name]
        if self.catalog != LAKE_CATALOG:
            found += ["--catalog", self.catalog]
        return found + (["--location", self.location] if self.location else [])

    def window_end(self, start: datetime) -> datetime:
        """End of a window."""
        return start + timedelta(minutes=self.window_minutes or 0)


def read_watched(file: Path = DECLARATION) -> list[WatchedTable]:
    """Return the declared tables. Raises LakeError naming file, row, column and value of what cannot be used."""
    try:
        with file.open(newline="", encoding="utf-8") as opened:
            reader = csv.DictReader(opened)
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                raise LakeError(
                    f"{file}: column {', '.join(lacking)} is missing\n  what to do: its header is {COLUMNS}"
                )
            rows = list(reader)
    except OSError as error:
        raise LakeError(
            f"{file} cannot be read: {error.strerror}\n  what to do: declare the watched tables there"
        ) from error
    return watched_tables(file, rows)


def watched_tables(file: Path, rows: Iterable[dict[str, str]]) -> list[WatchedTable]:
    """Return the tables that rows with COLUMNS declare. Raises LakeError, as `read_watched` does.

    file: what is named where a row cannot be used
    """
    found = [_watched(file, number, row) for number, row in enumerate(rows, 1)]
    names = [(watched.catalog, watched.table_name) for watched in found]
    for name in names:
        if names.count(name) > 1:
            raise LakeError(f"{file}: {name[1]} of catalog {name[0]} is declared twice\n  what to do: remove one row")
    return found


def add_table_options(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Add the options by which a script's tables are chosen. several: --table may be given more than once."""
    action = "append" if several else "store"
    parser.add_argument("--table", action=action, metavar="NAME", help="only this table; also one not declared")
    parser.add_argument("--catalog", help="catalog of --table: lake, hadoop or one that PyIceberg knows")
    parser.add_argument("--location", help="where the files of --table lie; for hadoop the table's folder")
    parser.add_argument(
        "--grace", type=interval, metavar="TIME", help="least age of a file that is judged, such as 90s"
    )


def chosen_tables(arguments: argparse.Namespace) -> list[WatchedTable]:
    """Return the declared tables, or those that the options of `add_table_options` name.

    Raises LakeError when the declaration cannot be used, or options of a table come without one.
    """
    declared = read_watched()
    names = [arguments.table] if isinstance(arguments.table, str) else arguments.table
    changes = {"catalog": arguments.catalog, "location": arguments.location}
    if not names and any(changes.values()):
        raise LakeError("--catalog and --location say where one table is\n  what to do: name it with --table")
    if arguments.grace is not None:
        changes["grace_minutes"] = arguments.grace / 60
    chosen = []
    for name in names or []:
        named = [watched for watched in declared if watched.table_name == name]
        # Tables of several catalogs may bear one name.
        mine = [watched for watched in named if watched.catalog == arguments.catalog]
        chosen += (mine or named[:1] or [WatchedTable(name)]) if arguments.catalog else (named or [WatchedTable(name)])
    values = {name: value for name, value in changes.items() if value is not None}
    return [replace(watched, **values) for watched in (chosen if names else declared)]


def _watched(file: Path, number: int, row: dict[str, str]) -> WatchedTable:
    def value(column: str, convert: Callable[[str], Any], allowed: str) -> Any:
        text = (row[column] or "").strip()
        try:
            return convert(text)
        except ValueError:
            raise LakeError(
                f"{file}, row {number}, column {column}: '{text}' is not {allowed}\n  what to do: correct the row"
            ) from None

    def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
        def check(text: str) -> str:
            if text not in choices:
                raise ValueError
            return text

        return check

    def name(text: str) -> str:
        if "." not in text:
            raise ValueError
        return text

    return WatchedTable(
        table_name=value("table_name", name, "a name such as raw.gi_stores"),
        catalog=value("catalog", str, "a name") or LAKE_CATALOG,
        location=value("location", str, "a location"),
        role=value("role", one_of(ROLES), " or ".join(ROLES)),
        source_system=value("source_system", str, "a name"),
        window_minutes=value("window_minutes", lambda text: _positive(text) if text else None, "a number of minutes"),
        arrival_minutes=value("arrival_minutes", lambda text: _natural(text) if text else 0, "a number of minutes"),
        gaps_until=value("gaps_until", one_of(GAPS_UNTIL), " or ".join(GAPS_UNTIL)),
        grace_minutes=value(
            "grace_minutes", lambda text: _not_negative(text) if text else DEFAULT_GRACE_MINUTES, "a number of minutes"
        ),
        key_columns=tuple(value("key_columns", str, "names").split()),
        version_column=value("version_column", str, "a name"),
        owner=value("owner", str, "a name"),
    )


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


def _natural(text: str) -> int:
    if (number := int(text)) < 0:
        raise ValueError
    return number


def _not_negative(text: str) -> float:
    if not (number := float(text)) >= 0:
        raise ValueError
    return number


class Catalogs:
    """The catalogs of watched tables, each opened once; `snowflake` runs statements there."""

    def __init__(self, lake: Lake | None = None, snowflake: Execute | None = None) -> None:
        self.lake = lake
        self._snowflake = snowflake
        self._opened: dict[str, Catalog] = {}

    @property
    def snowflake(self) -> Execute:
        """What runs statements on Snowflake. Raises LakeError where the account cannot be reached."""
        if self._snowflake is None:
            from store_matching.sentinel.snowflake_table import snowflake_execute

            self._snowflake = snowflake_execute()
        return self._snowflake

    def catalog(self, name: str) -> Catalog:
        """Return a catalog. Raises LakeError where PyIceberg's configuration does not know it."""
        if name == LAKE_CATALOG:
            if self.lake is None:
                raise LakeError("there is no lake here; name another catalog")
            return self.lake.catalog
        if name not in self._opened:
            from pyiceberg.catalog import load_catalog

            try:
                self._opened[name] = load_catalog(name)
            except Exception as error:
                raise LakeError(
                    f"catalog '{name}' cannot be opened: {error}\n"
                    f"  what to do: describe it to PyIceberg, in ~/.pyiceberg.yaml or by PYICEBERG_CATALOG__"
                    f"{name.upper()}__URI and the like"
                ) from error
        return self._opened[name]

    def table(self, watched: WatchedTable) -> Table | None:
        """Return the table as its catalog's pointer names it now, None where there is none.

        Raises LakeError when catalog or metadata cannot be read.
        """
        if watched.catalog == HADOOP_CATALOG:
            from store_matching.sentinel.hadoop_table import hadoop_table

            return hadoop_table(watched.location)
        if watched.catalog == SNOWFLAKE_CATALOG:
            from store_matching.sentinel.snowflake_table import snowflake_table

            return snowflake_table(self.snowflake, watched.table_name)
        if watched.catalog == LAKE_CATALOG and self.lake is not None:
            return self.lake.table(watched.table_name)
        from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError

        try:
            return self.catalog(watched.catalog).load_table(watched.table_name)
        except (NoSuchTableError, NoSuchNamespaceError):
            return None
        except LakeError:
            raise
        except Exception as error:
            raise LakeError(f"{watched.table_name} of catalog {watched.catalog} cannot be read: {error}") from error

    def neighbours(self, watched: WatchedTable) -> list[Table]:
        """Return the other tables of the same catalog; none of a Hadoop folder or of Snowflake."""
        if watched.catalog in (HADOOP_CATALOG, SNOWFLAKE_CATALOG):
            return []
        catalog = self.catalog(watched.catalog)
        names = [name for namespace in catalog.list_namespaces() for name in catalog.list_tables(namespace)]
        found = []
        for name in names:
            if ".".join(name[-2:]) != watched.table_name:
                table = self.table(WatchedTable(".".join(name), watched.catalog))
                if table is not None:
                    found.append(table)
        return found
