"""Names as grants give them, told apart: what is of this environment, and what only sounds like it."""

from __future__ import annotations

import re
from typing import Any

DATABASE = "STORE_MATCHING"
PUBLIC = "public"


class EnvironmentNames:
    """The names of one environment, of which several may share an account.

    suffix: what stands behind each of its names, such as '_DEV'; empty in production
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self.suffix = database.removeprefix(DATABASE)

    def role(self, name: str) -> str:
        """Return 'analyst' for this environment's STORE_ANALYST, 'public' for PUBLIC; any other role keeps its name."""
        name = name.strip('"')
        if name == PUBLIC.upper():
            return PUBLIC
        own = re.fullmatch(rf"STORE_([A-Z]+){self.suffix}", name)
        return own[1].lower() if own else name

    def without_suffix(self, name: str) -> str:
        """Return what the name of something of the account is in each environment; one of another keeps its suffix."""
        if self.suffix and not name.endswith(self.suffix):
            return f"{name} of another environment"
        return name.removesuffix(self.suffix)

    def inside(self, full_name: str, whole: Any) -> list[str]:
        """Return the parts of a quoted name below the database.

        whole: what the message shows
        Raises ValueError where it lies in another database.
        """
        database, *parts = [part.strip('"') for part in full_name.split(".")]
        if database != self._database or not parts:
            raise ValueError(f"a grant in a database that Terraform does not make here: {whole}")
        return parts
