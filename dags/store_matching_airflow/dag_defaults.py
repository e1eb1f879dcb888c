"""What every DAG and task has in common."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from store_matching_airflow.callbacks import tell_failure, tell_retry
from store_matching_airflow.failures import FIRST_DELAY, LONGEST_DELAY, RETRIES, RETRY_POLICY

# One slot, made by `airflow pools set` (docs/airflow.md): DuckDB has one writer.
WRITER_POOL = "duckdb_writer"
TASK_DEFAULTS: dict[str, Any] = {
    "owner": "matching",
    "retries": RETRIES,
    "retry_delay": FIRST_DELAY,
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": LONGEST_DELAY,
    "retry_policy": RETRY_POLICY,
    "execution_timeout": timedelta(hours=4),
    "on_failure_callback": tell_failure,
    "on_retry_callback": tell_retry,
}
DAG_DEFAULTS: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": TASK_DEFAULTS,
}
