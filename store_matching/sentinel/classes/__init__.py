"""Judges stray files: one module per kind of judgement, put together by `judge`."""
