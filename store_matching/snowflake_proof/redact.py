"""Secrets are taken out of whatever is printed or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Redactor = Callable[[str], str]
SECRET_SETTINGS = ("password", "private_key", "private_key_passphrase", "token", "oauth_client_secret")


def redactor(settings: Mapping[str, object]) -> Redactor:
    """Return what replaces the secret settings of a target by ***. Values are those dbt uses."""
    secrets = sorted({str(settings[name]) for name in SECRET_SETTINGS if settings.get(name)}, key=len, reverse=True)

    def redact(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "***")
        return text

    return redact
