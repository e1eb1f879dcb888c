"""Values that swallowed other rows because a quotation mark was not closed where it should have been."""

from __future__ import annotations

# With fewer fields a line break and a few commas are as likely to be an address as a swallowed row.
FEWEST_FIELDS = 4


def runaway_quote(value: str, position: int, width: int, delimiter: str) -> int:
    """Return how many lines below its start `value` ran into another row, or 0 when it is an ordinary value.

    A quotation mark left open is closed by the next one in the file. Where both stand in the same column the
    record keeps its number of fields, so only the shape of the value gives it away: its first line ends a
    record (width - 1 - position delimiters follow), its last line begins one (position delimiters), and the
    lines between are whole records.
    """
    if width < FEWEST_FIELDS:
        return 0
    delimiters = [line.count(delimiter) for line in value.split("\n")]
    expected = [width - 1 - position, *[width - 1] * (len(delimiters) - 2), position]
    return len(delimiters) - 1 if len(delimiters) > 1 and delimiters == expected else 0
