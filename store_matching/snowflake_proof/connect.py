"""A connection by the settings of the dbt target, so that dbt, the proof and the deployment log in alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import snowflake.connector
import snowflake.connector.errors

from store_matching.errors import LakeError
from store_matching.operations.connection_check import explain_answer
from store_matching.snowflake_proof.redact import redactor

# What dbt's settings are called by the connector.
NAMES = {
    **{name: name for name in ("account", "user", "password", "authenticator", "token", "role", "warehouse")},
    **{name: name for name in ("host", "port", "protocol", "workload_identity_provider")},
    "private_key_path": "private_key_file",
    "private_key_passphrase": "private_key_file_pwd",
}
LOGIN_SECONDS = 60
# The connector retries what gets no answer until then.
NETWORK_SECONDS = 900


def connect(
    settings: Mapping[str, Any], *, database: str | None = None, query_tag: str = "store_matching_proof"
) -> snowflake.connector.SnowflakeConnection:
    """Connect with the settings of a dbt target, in `database` or in none. Raises LakeError, without any secret."""
    given = {NAMES[name]: value for name, value in settings.items() if name in NAMES and value not in (None, "")}
    try:
        return snowflake.connector.connect(
            **given,
            database=database,
            login_timeout=LOGIN_SECONDS,
            network_timeout=NETWORK_SECONDS,
            session_parameters={"QUERY_TAG": query_tag},
        )
    except (snowflake.connector.errors.Error, OSError, ValueError, TypeError) as error:
        said = redactor(settings)(" ".join(str(error).split()))
        mend = explain_answer(said) or "make debug TARGET=snowflake"
        raise LakeError(f"Snowflake cannot be reached: {said}\n  what to do: {mend}") from None
