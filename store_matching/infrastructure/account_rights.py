"""What the administrator's role may do with the account as a whole: no Terraform gives it that, but bootstrap.sql."""

from __future__ import annotations

import re

from store_matching.infrastructure.offline_terraform import PROJECT

BOOTSTRAP = PROJECT / "terraform" / "bootstrap.sql"
COMMENT = re.compile(r"--.*")
ON_ACCOUNT = re.compile(r"grant (?P<names>[\w\s,]+?) on account to role STORE_ADMINISTRATOR", re.IGNORECASE)
# Who runs Terraform, and as what; SYSADMIN holds what any role of the account owns.
ROLES = {
    "grant role STORE_ADMINISTRATOR to role SYSADMIN",
    "grant role STORE_ADMINISTRATOR to user STORE_TERRAFORM",
    "grant role ACCOUNTADMIN to user STORE_TERRAFORM",
}


def of_the_administrator(sql: str) -> set[str]:
    """Return the privileges on the account that bootstrap.sql gives, such as 'CREATE DATABASE'.

    Raises ValueError where it gives anything else, but the roles of the user that Terraform runs as.
    """
    privileges = set()
    for statement in (" ".join(text.split()) for text in COMMENT.sub("", sql).split(";")):
        if found := ON_ACCOUNT.fullmatch(statement):
            privileges |= {name.strip().upper() for name in found["names"].split(",")}
        elif statement.lower().startswith("grant ") and statement not in ROLES:
            raise ValueError(f"bootstrap.sql grants what the matrix does not know: {statement}")
    return privileges
