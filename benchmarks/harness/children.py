"""Run a command as a child and measure it: wall seconds and peak resident memory with all its descendants."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.2
HEARTBEAT_SECONDS = 30
PAGE_MEGABYTES = os.sysconf("SC_PAGE_SIZE") / 1024**2
# Fields of /proc/<pid>/stat, counted after the command's name: session, resident pages.
SESSION_FIELD = 3
RESIDENT_FIELD = 21


class ChildFailed(RuntimeError):
    """A command of the benchmark failed; the message names it and shows the end of its output."""


@dataclass(frozen=True)
class ChildRun:
    """What one command cost: wall seconds and highest resident memory, in MB, of it and its descendants."""

    seconds: float
    peak_megabytes: float


def run_child(
    label: str,
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> ChildRun:
    """Run `command`, its output in `log`; say `label` when it begins and ends, and every half minute between.

    environment: variables to set on top of this process's own
    Raises `ChildFailed` when the command ends with an error.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"  {label} ...", flush=True)
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=directory,
            start_new_session=True,
        )
        watch = MemoryWatch(process.pid, label, started)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
        finally:
            watch.stop()
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ChildFailed(failure_message(label, command, process.returncode, log))
    peak = max(watch.peak_megabytes, usage.ru_maxrss / 1024)
    print(f"  {label}: {seconds:.1f} s, at most {peak:,.0f} MB", flush=True)
    return ChildRun(round(seconds, 3), round(peak, 1))


def failure_message(label: str, command: Sequence[str | Path], code: int, log: Path) -> str:
    """The end of the log with the command that wrote it."""
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
    return f"{label} failed with exit code {code}.\n  {' '.join(map(str, command))}\nEnd of {log}:\n{tail}"


class MemoryWatch(threading.Thread):
    """Samples the resident memory of every process of one session, and keeps the highest sum."""

    def __init__(self, session: int, label: str, started: float) -> None:
        super().__init__(daemon=True)
        self.session, self.label, self.started = session, label, started
        self.peak_megabytes = 0.0
        self._finished = threading.Event()

    def run(self) -> None:
        said = time.perf_counter()
        while not self._finished.wait(SAMPLE_SECONDS):
            resident = session_resident_megabytes(self.session)
            self.peak_megabytes = max(self.peak_megabytes, resident)
            if time.perf_counter() - said >= HEARTBEAT_SECONDS:
                said = time.perf_counter()
                print(f"  {self.label} ... {said - self.started:.0f} s, {resident:,.0f} MB", flush=True)

    def stop(self) -> None:
        self._finished.set()
        self.join()


def session_resident_megabytes(session: int) -> float:
    """Resident memory of all processes of a session, in MB. Pages that they share are counted for each."""
    total = 0.0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            total += _resident_megabytes(folder, session)
    return total


def _resident_megabytes(folder: Path, session: int) -> float:
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        # The process ended between the listing and the reading.
        return 0.0
    return int(fields[RESIDENT_FIELD]) * PAGE_MEGABYTES if int(fields[SESSION_FIELD]) == session else 0.0
