"""Imported once by a test worker: DuckDB loads its extensions without checking their signature, in 3 ms, not 120.

Hashing files of 63 MB at each connection was a third of the time of the lake's tests. `lake/test_extensions.py` and
every script that a test starts check the signatures as users do.
"""

import functools

import duckdb

_connect = duckdb.connect


@functools.wraps(_connect)
def _trusting_connect(database=":memory:", read_only=False, config=None):
    return _connect(database, read_only, {"allow_unsigned_extensions": "true"} | (config or {}))


duckdb.connect = _trusting_connect
