"""The one exception that a bad extract file raises."""

from __future__ import annotations

from pathlib import Path

SHOWN_CHARACTERS = 200


class ExtractError(ValueError):
    """An extract file that cannot be loaded at all, with the place of the fault and what to do about it.

    `row` counts data records from 1 (the header is not a row, blank lines are not counted, a record with line
    breaks inside quotes is one row); `line` counts lines of the file from 1 as an editor shows them.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: Path | str,
        action: str,
        row: int | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.problem = problem
        self.file = str(file)
        self.action = action
        self.row = row
        self.line = line
        self.column = column
        self.value = None if value is None else show(value)
        super().__init__(self._text())

    def _text(self) -> str:
        place = []
        if self.row is not None:
            place.append(f"row {self.row}" + (f" (line {self.line})" if self.line is not None else ""))
        elif self.line is not None:
            place.append(f"line {self.line}")
        if self.column is not None:
            place.append(f"column {self.column}")
        if self.value is not None:
            place.append(f"value {self.value!r}")
        lines = [f"{self.file}: {self.problem}"]
        if place:
            lines.append("  where: " + ", ".join(place))
        lines.append(f"  what to do: {self.action}")
        return "\n".join(lines)


def show(value: str) -> str:
    """Return the first 200 characters of `value`, NUL made visible: how messages and tables keep it."""
    return value[:SHOWN_CHARACTERS].replace("\x00", "\\x00")
