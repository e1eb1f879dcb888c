"""Lengths of time as people write them on a command line."""

from __future__ import annotations

import argparse
import re

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def interval(text: str) -> int:
    """Return the seconds of a text such as 15m. Raises argparse.ArgumentTypeError for what is none."""
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if found is None or not int(found[1]):
        raise argparse.ArgumentTypeError(f"'{text}' is no length of time; give one such as 30s, 15m, 1h or 7d")
    return int(found[1]) * UNITS[found[2]]
