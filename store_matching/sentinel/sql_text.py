"""Names and texts in SQL, whatever characters they hold."""

from __future__ import annotations

from collections.abc import Iterable


def identifier(name: str) -> str:
    """Return a column's name in quotation marks."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def literal_list(texts: Iterable[str]) -> str:
    """Return texts as a list of literals."""
    return "[" + ", ".join(literal(text) for text in texts) + "]"
