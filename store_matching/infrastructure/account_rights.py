"""What the administrator's role may do with the account as a whole: no Terraform gives it that, but bootstrap.sql."""

from __future__ import annotations

import re

from store_matching.infrastructure.offline_terraform import PROJECT

BOOTSTRAP = PROJECT / "terraform" / "bootstrap.sql"
GRANT = re.compile(r"^grant ([^;]+?)\s+on account to role (\w+);", re.MULTILINE)
ADMINISTRATOR = "STORE_ADMINISTRATOR"


def of_the_administrator(sql: str) -> set[str]:
    """Return the privileges on the account that bootstrap.sql gives, such as 'CREATE DATABASE'.

    Raises ValueError where it gives one to another role.
    """
    privileges = set()
    for names, role in GRANT.findall(sql):
        if role != ADMINISTRATOR:
            raise ValueError(f"bootstrap.sql gives {names} to {role}")
        privileges |= {" ".join(name.split()).upper() for name in names.split(",")}
    return privileges
