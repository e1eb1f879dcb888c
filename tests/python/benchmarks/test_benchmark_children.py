"""Measuring a child process: its memory, its failure."""

import sys

import pytest

from benchmarks.harness.children import ChildFailed, run_child

ALLOCATE = "block = bytearray({megabytes} * 1024 * 1024); block[::4096] = b'x' * len(block[::4096])"


def test_peak_memory_counts_the_child_of_the_child(tmp_path):
    """Parent and grandchild hold 60 MB each at the same time: their sum is seen, not the larger one."""
    inner = ALLOCATE.format(megabytes=60) + "; import time; time.sleep(1.5)"
    outer = (
        f"import subprocess, sys; {ALLOCATE.format(megabytes=60)}; subprocess.run([sys.executable, '-c', {inner!r}])"
    )
    run = run_child("allocate", [sys.executable, "-c", outer], tmp_path / "log")
    assert run.peak_megabytes > 115
    assert run.seconds > 1.5


def test_environment_and_directory_reach_the_child(tmp_path):
    script = "import os; print(os.environ['STORE_LIST'], os.getcwd())"
    run_child(
        "say",
        [sys.executable, "-c", script],
        tmp_path / "log",
        environment={"STORE_LIST": "x"},
        directory=tmp_path,
    )
    assert (tmp_path / "log").read_text().split() == ["x", str(tmp_path)]


def test_failure_names_the_command_and_shows_the_end_of_its_output(tmp_path):
    with pytest.raises(ChildFailed, match=r"break failed with exit code 3(.|\n)*no such list"):
        run_child("break", [sys.executable, "-c", "print('no such list'); exit(3)"], tmp_path / "log")
