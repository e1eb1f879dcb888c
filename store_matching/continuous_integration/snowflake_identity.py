"""Sign in to Snowflake as the job that runs: GitHub says in a short-lived token who that is; no key is kept."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

from store_matching.continuous_integration.errors import WorkflowStepError

AUDIENCE = "snowflakecomputing.com"
SECONDS = 30
# dbt keeps variables of this prefix out of its logs and artifacts; the second one is Terraform's.
TOKEN_VARIABLES = ("DBT_ENV_SECRET_SNOWFLAKE_TOKEN", "SNOWFLAKE_TOKEN")


def sign_in_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables that sign a command in, none outside of GitHub's jobs or where a key is given.

    environment: of this process. Raises WorkflowStepError when GitHub gives no token.
    """
    address = environment.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    has_key = environment.get("SNOWFLAKE_PRIVATE_KEY_PATH") or environment.get("SNOWFLAKE_PRIVATE_KEY")
    if has_key or not (address or environment.get("GITHUB_ACTIONS")):
        return {}
    if not address:
        raise WorkflowStepError("GitHub gives this job no identity: its permissions need `id-token: write`")
    joint = "&" if urllib.parse.urlsplit(address).query else "?"
    request = urllib.request.Request(
        f"{address}{joint}{urllib.parse.urlencode({'audience': AUDIENCE})}",
        headers={"Authorization": f"Bearer {environment.get('ACTIONS_ID_TOKEN_REQUEST_TOKEN', '')}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            token = json.loads(answer.read())["value"]
    except urllib.error.HTTPError as error:
        raise WorkflowStepError(f"GitHub gives no identity: it answered {error.code} {error.reason}") from None
    except (OSError, ValueError, KeyError) as error:
        raise WorkflowStepError(f"GitHub gives no identity: {error}") from None
    return dict.fromkeys(TOKEN_VARIABLES, token)
