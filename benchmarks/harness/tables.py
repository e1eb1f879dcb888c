"""Results as Markdown tables and JSON files."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table: first column to the left, the others to the right; None is an empty cell.

    Raises `ValueError` when a row has another number of cells than the header.
    """
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"row {list(row)} has {len(row)} cells, the header has {len(header)}")
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *[[cell(value) for value in row] for row in rows]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def cell(value: Any) -> str:
    """Text of one cell: whole numbers with thousands separators, others as they are."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return str(value).replace("|", "\\|")


def share(value: float | None) -> str | None:
    """A share from 0 to 1 with four digits; None stays None."""
    return None if value is None else f"{value:.4f}"


def seconds(value: float | None) -> str | None:
    """Seconds with one digit; None stays None."""
    return None if value is None else f"{value:.1f}"


def size_label(stores: int) -> str:
    """300000 -> '300k', 1000000 -> '1m', 2500 -> '2500': part of a file name."""
    if stores % 1_000_000 == 0 and stores:
        return f"{stores // 1_000_000}m"
    return f"{stores // 1000}k" if stores % 1000 == 0 and stores else str(stores)


def machine() -> dict[str, Any]:
    """What the figures were measured on: processors, memory, versions; no name of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "processors": os.cpu_count(),
        "memory_gigabytes": round(memory),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }


def machine_line(description: dict[str, Any]) -> str:
    return (
        f"{description['processors']} processors, {description['memory_gigabytes']} GB,"
        f" {description['system']}, Python {description['python']}, DuckDB {description['duckdb']}"
    )


def write_results(folder: Path, name: str, result: dict[str, Any], markdown: str) -> None:
    """Write `<name>.json` and `<name>.md` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(markdown, encoding="utf-8")
    print(f"\n{markdown}\nwritten: {folder / name}.json and .md", flush=True)
