"""How each finding can be recovered: the first rung of a ladder that bears.

1. replay the manifest entry that no snapshot names, or that a detached snapshot names
2. register the file by its footer, as `add_files` does
3. read its rows and append them; of a partly duplicate file only those that are missing
4. ask the loader for the window again: a row in OPS.reload_requests
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import duckdb

from store_matching.sentinel.data_files import DataFileContent, read_content
from store_matching.sentinel.recover.entries import (
    CannotRegister,
    entry_of_file,
    entry_of_manifest,
    entry_of_snapshot,
)
from store_matching.sentinel.types import RECOVERABLE, Finding, FindingClass, Severity

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table


class Method(StrEnum):
    """How a batch comes back."""

    REPLAY = "replay the manifest entry"
    REGISTER = "register the file"
    APPEND = "read and append its rows"
    RELOAD = "ask for the window again"
    NONE = "nothing can be done"


@dataclass(frozen=True)
class Step:
    """What would be done about one finding.

    why:     why no better method bears; '' for the best
    entry:   what is committed; None where rows are read and written anew
    content: of the file
    """

    finding: Finding
    method: Method
    why: str = ""
    entry: DataFile | None = None
    content: DataFileContent | None = None

    def text(self) -> str:
        """One line for people."""
        what = self.finding.file_path or f"window {self.finding.batch.window_start}"
        batch = self.finding.batch
        named = f" (batch {batch.batch_id}, window {batch.window_start})" if batch.batch_id else ""
        reason = f"; {self.why}" if self.why else ""
        return f"{self.finding.table_name}: {self.finding.finding_class} {what}{named}: {self.method}{reason}"


def recoverable(findings: Iterable[Finding], file: str | None = None) -> list[Finding]:
    """Return the confirmed findings by which something is missing: lost files, and windows that never arrived.

    file: canonical path of the one file that was asked for; without it no file comes back whose rows may have been
          deleted on purpose
    """
    found = []
    for finding in findings:
        if finding.confirmed_at is None or file not in (None, finding.file_path):
            continue
        if finding.only_by_file:
            if file is not None:
                found.append(finding)
            continue
        is_lost = finding.finding_class in RECOVERABLE and finding.severity != Severity.INFO
        is_missing = finding.finding_class == FindingClass.GAP and finding.severity != Severity.INFO
        if is_lost or is_missing or finding.finding_class == FindingClass.UNREADABLE:
            found.append(finding)
    return found


def plan_step(connection: duckdb.DuckDBPyConnection, table: Table, finding: Finding) -> Step:
    """Return the step for a finding, by what the table and the file are now."""
    if finding.file_path is None or finding.finding_class == FindingClass.UNREADABLE:
        return _reload(finding, "no file of it lies in storage" if finding.file_path is None else finding.evidence)
    try:
        content = read_content(connection, table, finding.file_path)
    except ValueError as error:
        return _reload(finding, f"the file cannot be read: {error}")
    if finding.finding_class == FindingClass.PARTLY_DUPLICATE or finding.live_key_count:
        return Step(finding, Method.APPEND, "a part of its rows is in the table already", None, content)
    reasons = []
    for method, make in (
        (Method.REPLAY, lambda: _replayed(table, finding)),
        (Method.REGISTER, lambda: entry_of_file(table, content, connection)),
    ):
        try:
            return Step(finding, method, "; ".join(reasons), make(), content)
        except CannotRegister as error:
            if str(error):
                reasons.append(str(error))
    return Step(finding, Method.APPEND, "; ".join(reasons), None, content)


def _replayed(table: Table, finding: Finding) -> DataFile:
    if finding.orphan_manifest is not None:
        return entry_of_manifest(table, finding.orphan_manifest, finding.file_path)
    if finding.snapshot_id is not None:
        return entry_of_snapshot(table, finding.snapshot_id, finding.file_path)
    raise CannotRegister("")


def _reload(finding: Finding, why: str) -> Step:
    if finding.batch.window_start is None or finding.source_system is None:
        return Step(finding, Method.NONE, f"{why}; which window it belongs to is not known")
    return Step(finding, Method.RELOAD, why)
