"""Any sequence of loads, labels, requests, incremental and targeted runs leaves what a full refresh of the same data
gives: every row of STAGING, GOLD and DIAGNOSTICS, but stamps of runs.
"""

from .sequences import CHANGES, RUNS, check_sequences


def test_any_sequence_of_changes_equals_a_full_refresh(copies):
    check_sequences(copies, (*CHANGES, *RUNS))
