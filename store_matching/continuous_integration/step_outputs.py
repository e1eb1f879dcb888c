"""What a step tells GitHub: outputs for later jobs, a summary for people. Outside of GitHub's jobs nothing is told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def write_outputs(values: Mapping[str, str]) -> None:
    """Add outputs of this step. Raises ValueError for a value of several lines, which could forge another output."""
    for name, value in values.items():
        if "\n" in value or "\r" in value:
            raise ValueError(f"output {name}: one line is allowed, not {value!r}")
    _append("GITHUB_OUTPUT", "".join(f"{name}={value}\n" for name, value in values.items()))


def write_summary(markdown: str) -> None:
    """Add to the page of the run."""
    _append("GITHUB_STEP_SUMMARY", markdown.rstrip() + "\n\n")


def _append(variable: str, text: str) -> None:
    if file := os.environ.get(variable):
        with Path(file).open("a", encoding="utf-8") as handle:
            handle.write(text)
