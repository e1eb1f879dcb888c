"""Where the benchmarks find and put things."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "scripts"
RESULTS = ROOT / "benchmarks" / "results"
# Generated lists, databases and logs: large, never committed.
WORK = RESULTS / "work"
PEER = ROOT / "benchmarks" / "peer"
PEER_ENVIRONMENT = ROOT / ".venv-peer"
PYTHON = Path(sys.executable)
DBT = PYTHON.parent / "dbt"
