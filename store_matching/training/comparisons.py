"""The comparisons and their levels, read from the macro that is their only definition."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

DEFINITION = Path(__file__).resolve().parents[2] / "macros" / "matching" / "comparing" / "comparisons.sql"
CROSSED_FACTOR = 100


@dataclass(frozen=True)
class Comparison:
    """One comparison.

    name:          as in `level_<name>`
    levels:        every level a pair can have, 0 (missing) included
    labels:        what a level says, by level
    """

    name: str
    levels: tuple[int, ...]
    labels: dict[int, str]


class _Returned(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__("returned")
        self.value = value


def _raise_returned(value: Any) -> None:
    raise _Returned(value)


def read_comparisons(definition: Path = DEFINITION) -> tuple[Comparison, ...]:
    """Return every comparison of macro `comparisons()`, in its order."""
    environment = Environment(undefined=StrictUndefined)
    environment.globals["return"] = _raise_returned
    module = environment.from_string(definition.read_text(encoding="utf-8")).module
    try:
        module.comparisons()
    except _Returned as returned:
        entries = returned.value
    known: dict[str, Comparison] = {}
    for entry in entries:
        known[entry["name"]] = _comparison(entry, known)
    return tuple(known.values())


def _comparison(entry: dict[str, Any], known: dict[str, Comparison]) -> Comparison:
    if "crossed" in entry:
        first, second = (known[name] for name in entry["crossed"])
        labels = {
            CROSSED_FACTOR * high + low: f"{first.labels[high]} × {second.labels[low]}"
            for high in first.levels
            for low in second.levels
        }
    elif "without_point" in entry:
        base = known[entry["without_point"]]
        labels = {0: "both points known"} | {level + 1: base.labels[level] for level in base.levels}
    elif "cuts" in entry:
        labels = {0: "missing"} | _band_labels(entry)
    else:
        labels = {0: entry.get("zero", "missing")} | {number + 1: text for number, text in enumerate(entry["labels"])}
    return Comparison(entry["name"], tuple(sorted(labels)), labels)


def _band_labels(entry: dict[str, Any]) -> dict[int, str]:
    cuts, unit = entry["cuts"], entry["unit"]
    texts = [f"below {cuts[0]} {unit}"]
    texts += [f"{low} to {high - 1} {unit}" for low, high in pairwise(cuts)]
    # Nothing is more than 100 %.
    texts.append(f"{cuts[-1]} {unit}" + ("" if cuts[-1] == 100 and unit.startswith("%") else " or more"))
    texts = [text.replace("below 1 ", "0 ") for text in texts]
    order = reversed(range(1, len(texts) + 1)) if entry.get("falling") else range(1, len(texts) + 1)
    return dict(zip(order, texts, strict=True))
