"""Run the peer (Splink 5) in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .children import ChildRun, run_child
from .layout import PEER, PEER_ENVIRONMENT, PYTHON

# Least match probability of a match: Splink has no default; this is the one of the published comparisons.
PEER_THRESHOLD = 0.9


@dataclass(frozen=True)
class PeerRun:
    """One link by the peer.

    cost:   wall seconds and memory of the whole process
    report: what benchmarks/peer/link_stores.py wrote: seconds of each step, rows, candidate pairs
    gi:     the GI extract that it linked
    folder: its output
    """

    cost: ChildRun
    report: dict[str, Any]
    gi: Path
    folder: Path

    @property
    def pairs(self) -> Path:
        """CSV file gi_id, th_id, match_probability of the one-to-one matches."""
        return self.folder / "pairs.csv"

    @property
    def candidates(self) -> Path:
        """Parquet file gi_id, th_id, match_weight, match_probability of every scored pair, when kept."""
        return self.folder / "candidates.parquet"


def peer_python() -> Path:
    """Python of the peer's environment, made again when its requirements changed."""
    requirements = PEER / "requirements.txt"
    stamp = PEER_ENVIRONMENT / "installed.txt"
    python = PEER_ENVIRONMENT / "bin" / "python"
    if stamp.is_file() and stamp.read_bytes() == requirements.read_bytes():
        return python
    print(f"  making {PEER_ENVIRONMENT.name} from {requirements.relative_to(PEER.parent.parent)}", flush=True)
    subprocess.run([PYTHON, "-m", "venv", "--clear", PEER_ENVIRONMENT], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements], check=True)
    stamp.write_bytes(requirements.read_bytes())
    return python


def run_peer(
    gi: Path,
    th: Path,
    folder: Path,
    *,
    blocking: str,
    threads: int,
    memory: str,
    keep_candidates: bool = False,
) -> PeerRun:
    """Link two extract files with the peer; its output and log go to `folder`."""
    command = [peer_python(), PEER / "link_stores.py", "--gi", gi, "--th", th, "--out", folder]
    command += ["--blocking", blocking, "--threads", str(threads), "--memory", memory]
    command += ["--threshold", str(PEER_THRESHOLD)]
    command += ["--keep-candidates"] if keep_candidates else []
    cost = run_child("peer: read, clean, train, block, predict, assign", command, folder / "peer.log")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return PeerRun(cost, report, gi, folder)
