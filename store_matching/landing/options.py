"""Command line options that say which files are the extracts and how they are read."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from store_matching.landing.extract import Extract
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.open_extract import open_extract


@dataclass(frozen=True)
class ExtractSource:
    """One extract file and how to read it."""

    source_system: str
    path: Path
    mapping: HeaderMapping
    encoding: str | None

    def open(self) -> Extract:
        """Open the file and understand its header. Raises ExtractError."""
        return open_extract(self.path, self.mapping, self.encoding)


def add_extract_options(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add --gi, --th, --map, --map-gi, --map-th, --mapping, --encoding, --encoding-gi and --encoding-th."""
    for source in ("gi", "th"):
        parser.add_argument(
            f"--{source}",
            type=Path,
            required=required,
            metavar="FILE",
            help=f"{source.upper()} extract: CSV, CSV packed with gzip, or Parquet",
        )
    add_reading_options(parser)
    for source in ("gi", "th"):
        parser.add_argument(
            f"--map-{source}",
            action="append",
            default=[],
            metavar="COLUMN=HEADER",
            help=f"the same for {source.upper()} only",
        )
    for source in ("gi", "th"):
        parser.add_argument(f"--encoding-{source}", metavar="NAME", help=f"the same for {source.upper()} only")


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add --map, --mapping and --encoding: how extract files of any source are read."""
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=HEADER",
        help="a header that differs from the column's name, for example name=store_label; may be repeated",
    )
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="JSON or YAML file of COLUMN: HEADER entries, flat or one object each under gi and th",
    )
    parser.add_argument(
        "--encoding",
        metavar="NAME",
        help="utf-8, latin-1, cp1252, utf-16, …; without it: by byte order mark, else utf-8",
    )


def reading_mapping(arguments: argparse.Namespace, source_system: str) -> HeaderMapping:
    """Return the mapping that --mapping and --map give for a source, --map winning. Raises ExtractError."""
    mapping = HeaderMapping()
    if arguments.mapping is not None:
        mapping = HeaderMapping.from_file(arguments.mapping, source_system)
    return mapping.overridden_by(HeaderMapping.from_options(arguments.map))


def window_start(text: str) -> datetime:
    """Return an ISO date and time as UTC without zone; a time without zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def extract_sources(arguments: argparse.Namespace) -> list[ExtractSource]:
    """Return the extracts that the options name, GI first. Raises ExtractError for a bad mapping."""
    sources = []
    for source in ("gi", "th"):
        path = getattr(arguments, source)
        if path is None:
            continue
        mapping = reading_mapping(arguments, source)
        mapping = mapping.overridden_by(HeaderMapping.from_options(getattr(arguments, f"map_{source}")))
        encoding = getattr(arguments, f"encoding_{source}") or arguments.encoding
        sources.append(ExtractSource(source.upper(), path, mapping, encoding))
    return sources
