"""Find keys, tokens and passwords in text. Findings never hold the secret itself: they are printed in logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PATTERNS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\\?n?[A-Za-z0-9+/=]{16}"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})"),
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "Slack token or webhook": re.compile(
        r"\bxox[abprs]-[A-Za-z0-9-]{20,}|hooks\.slack\.com/services/T\w+/B\w+/\w{20,}"
    ),
    "password in an address": re.compile(
        r"\b[a-z][a-z0-9+.-]*://[^\s:/@'\"{}$<>]+:(?=[^@]*\d)[^\s:/@'\"{}$<>]{6,}@[\w.-]+"
    ),
    # A value that is computed ({…}, $…, <…>) is no secret, and the words of documentation have spaces.
    "password or passphrase": re.compile(
        r"(?i)\b\w*(?:password|passphrase|secret_access_key|client_secret|private_key)[\"']?\s*[:=]\s*"
        r"[\"'](?=[^\"']*\d)(?=[^\"']*[A-Za-z])[^\s\"'{}$<>]{12,}[\"']"
    ),
}


@dataclass(frozen=True)
class Finding:
    """A place that looks like a secret: file, row (from 1) and what it looks like."""

    file: str
    row: int
    kind: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.row}: looks like a {self.kind}; take it out of git's history too and have it "
            "replaced: whoever could read the repository has it"
        )


def find_secrets(file: str, text: str) -> Iterator[Finding]:
    """Yield what looks like a secret in a text."""
    for kind, pattern in PATTERNS.items():
        for found in pattern.finditer(text):
            yield Finding(file, text.count("\n", 0, found.start()) + 1, kind)


def find_secrets_in_files(folder: Path, files: Iterable[str]) -> list[Finding]:
    """Return what looks like a secret in files below `folder`; those that are no text are read as Latin-1."""
    findings: list[Finding] = []
    for name in files:
        path = folder / name
        # git tracks what a link points to as text; the file behind it is another entry or none of the project's.
        if path.is_file() and not path.is_symlink():
            findings += find_secrets(name, path.read_text(encoding="latin-1"))
    return findings
