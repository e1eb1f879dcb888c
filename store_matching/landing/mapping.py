"""Which header of a file means which column: the canonical names, or what `--map` says."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from store_matching.landing.columns import COLUMN_NAMES, EXTRACT_COLUMNS, REQUIRED_COLUMNS
from store_matching.landing.errors import ExtractError


@dataclass(frozen=True)
class HeaderMapping:
    """Canonical column name -> header of the file, for the columns whose header differs."""

    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_options(cls, options: Iterable[str]) -> HeaderMapping:
        """Read options such as `name=store_label`. Raises ExtractError on anything else."""
        headers: dict[str, str] = {}
        for option in options:
            column, separator, header = option.partition("=")
            if not separator or not header.strip():
                raise ExtractError(
                    f"mapping {option!r} is not COLUMN=HEADER",
                    file="--map",
                    action="write for example --map name=store_label",
                )
            headers[_known_column(column, "--map")] = header
        return cls(headers)

    @classmethod
    def from_file(cls, path: Path, source_system: str) -> HeaderMapping:
        """Read JSON or YAML: `{name: store_label}`, or one such object under `gi` and one under `th`."""
        content = _read_mapping_file(path)
        by_source = {str(key).lower(): value for key, value in content.items()}
        if all(isinstance(value, Mapping) for value in by_source.values()):
            unknown = sorted(set(by_source) - {"gi", "th"})
            if unknown:
                raise ExtractError(
                    f"unknown source {unknown[0]!r}",
                    file=path,
                    action="use the keys gi and th, or a flat mapping",
                )
            content = by_source.get(source_system.lower(), {})
        headers = {}
        for column, header in content.items():
            if not isinstance(header, str):
                raise ExtractError(
                    f"the header of {column!r} is not text",
                    file=path,
                    value=str(header),
                    action="write COLUMN: HEADER, for example name: store_label",
                )
            headers[_known_column(str(column), path)] = header
        return cls(headers)

    def overridden_by(self, other: HeaderMapping) -> HeaderMapping:
        """Return a mapping in which the entries of `other` win."""
        return HeaderMapping({**self.headers, **other.headers})

    def resolve(self, header: Sequence[str], file: Path) -> dict[str, int]:
        """Return canonical column -> position in `header`; columns the file does not have are left out.

        Raises ExtractError when a mapped header is not in the file, when a header that is needed stands there
        twice, or when `id` or `name` cannot be found.
        """
        positions: dict[str, list[int]] = {}
        for position, text in enumerate(header):
            positions.setdefault(_key(text), []).append(position)
        resolved: dict[str, int] = {}
        for column in EXTRACT_COLUMNS:
            wanted = self.headers.get(column.name)
            if wanted is not None and _key(wanted) not in positions:
                raise _header_not_found(wanted, column.name, header, file)
            # An extract written from RAW carries RAW's names: taken where the canonical one is missing.
            names = (wanted,) if wanted is not None else (column.name, column.raw_column)
            found = next((positions[_key(name)] for name in names if _key(name) in positions), None)
            if found is None:
                continue
            if len(found) > 1:
                raise ExtractError(
                    f"the header holds column {column.name} {len(found)} times (columns "
                    + ", ".join(str(position + 1) for position in found)
                    + ")",
                    file=file,
                    column=header[found[0]].strip(),
                    action=f"rename one of them, or name the right one with --map {column.name}=HEADER after renaming",
                )
            resolved[column.name] = found[0]
        missing = [name for name in REQUIRED_COLUMNS if name not in resolved]
        if missing:
            raise _required_missing(missing, header, file)
        return resolved

    def recognised(self, header: Sequence[str]) -> int:
        """Return how many columns of `header` are known: the measure by which a delimiter is chosen."""
        keys = {_key(text) for text in header}
        return sum(
            _key(self.headers.get(column.name, column.name)) in keys or _key(column.raw_column) in keys
            for column in EXTRACT_COLUMNS
        )


def _key(header: str) -> str:
    return header.replace("\ufeff", "").replace("\x00", "").strip().casefold()


def _known_column(column: str, file: Path | str) -> str:
    name = column.strip().lower()
    if name not in COLUMN_NAMES:
        close = difflib.get_close_matches(name, COLUMN_NAMES, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise ExtractError(
            f"there is no column {column.strip()!r} to map to",
            file=file,
            action=f"{hint}the left side of a mapping is one of: {', '.join(COLUMN_NAMES)}",
        )
    return name


def _read_mapping_file(path: Path) -> dict:
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except OSError as error:
        raise ExtractError(
            f"cannot read the mapping file: {error.strerror}", file=path, action="check the path"
        ) from error
    except (ValueError, yaml.YAMLError) as error:
        first_line = str(error).splitlines()[0]
        raise ExtractError(
            f"cannot read the mapping file: {first_line}", file=path, action="write it as JSON or YAML"
        ) from error
    if not isinstance(content, dict):
        raise ExtractError(
            "the mapping file does not hold COLUMN: HEADER entries",
            file=path,
            action="write for example {name: store_label, id: ref}",
        )
    return content


def _header_not_found(wanted: str, column: str, header: Sequence[str], file: Path) -> ExtractError:
    close = difflib.get_close_matches(_key(wanted), [_key(text) for text in header], n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return ExtractError(
        f"the header has no column {wanted!r}, which is mapped to {column}",
        file=file,
        column=wanted,
        action=f"{hint}the file has: {_listed(header)}",
    )


def _required_missing(missing: Sequence[str], header: Sequence[str], file: Path) -> ExtractError:
    plural = "s" if len(missing) > 1 else ""
    return ExtractError(
        f"column{plural} {' and '.join(missing)} not found in the header",
        file=file,
        column=", ".join(missing),
        action=f"the first row must hold the column names; the file has: {_listed(header)}; say which one is "
        + "meant with "
        + " ".join(f"--map {name}=HEADER" for name in missing),
    )


def _listed(header: Sequence[str]) -> str:
    shown = [text.strip()[:40] for text in header[:30]]
    more = f" and {len(header) - 30} more" if len(header) > 30 else ""
    return ", ".join(repr(text) for text in shown) + more
