"""One publisher at a time: a file lock that the system gives back when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from store_matching.lake import Lake, LakeError

WAIT_SECONDS = 60.0
PAUSE_SECONDS = 0.02


@contextmanager
def publisher_lock(lake: Lake, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lake's publisher lock. Raises LakeError, naming the holder, when another process keeps it."""
    with lake.settings.publisher_lock_file.open("a+") as file:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    file.seek(0)
                    raise LakeError(
                        f"another process is publishing, rolling back or expiring releases ({file.read().strip()})\n"
                        "  what to do: wait until it has ended and run again; MART was not moved"
                    ) from None
                time.sleep(PAUSE_SECONDS)
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield
