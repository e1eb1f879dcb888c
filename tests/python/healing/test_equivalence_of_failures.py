"""Runs that break or are killed, anywhere in a sequence, leave nothing behind that a full refresh would not give."""

from .sequences import CHANGES, FAILURES, check_sequences


def test_any_sequence_with_failures_equals_a_full_refresh(copies):
    check_sequences(copies, (*CHANGES, *FAILURES, *FAILURES))
