"""Read one target of the dbt profile, with each value rendered as dbt would render it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context
from dbt_common.exceptions import DbtBaseException

ENVIRONMENT_VARIABLE = re.compile(r"env_var\(\s*['\"](\w+)['\"]")


class ProfileError(Exception):
    """The profile cannot be read; `mend` says what to do about it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}: {mend}")
        self.what = what
        self.mend = mend


@dataclass(frozen=True)
class Target:
    """One target of a profile.

    values:    settings as dbt will use them
    variables: environment variables that each setting is read from, by setting
    """

    name: str
    values: dict[str, Any]
    variables: dict[str, list[str]]


def find_profiles_file(project: Path) -> Path:
    """Return the profiles.yml that dbt will read: DBT_PROFILES_DIR, the project folder, or ~/.dbt.

    Raises ProfileError when there is none.
    """
    named = os.environ.get("DBT_PROFILES_DIR")
    folders = [Path(named)] if named else [project, Path.home() / ".dbt"]
    for folder in folders:
        if (folder / "profiles.yml").is_file():
            return folder / "profiles.yml"
    looked_in = " and ".join(str(folder) for folder in folders)
    raise ProfileError(
        f"there is no profiles.yml in {looked_in}",
        "run `make build`, or copy profiles.example.yml to profiles.yml"
        + (" into the folder that DBT_PROFILES_DIR names" if named else ""),
    )


def read_target(profiles_file: Path, profile: str, name: str) -> Target:
    """Return a target of the profile, rendered with the current environment.

    Raises ProfileError when the file, the profile or the target is not there or cannot be rendered.
    """
    try:
        content = yaml.safe_load(profiles_file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ProfileError(f"{profiles_file} is not valid YAML", " ".join(str(error).split())) from error
    if profile not in content:
        raise ProfileError(f"{profiles_file} has no profile '{profile}'", "copy that part from profiles.example.yml")
    targets = content[profile].get("outputs") or {}
    if name not in targets:
        raise ProfileError(
            f"profile '{profile}' in {profiles_file} has no target '{name}'",
            f"choose one of {', '.join(sorted(targets)) or 'none'}, or add it as in profiles.example.yml",
        )
    raw = targets[name]
    set_invocation_context(dict(os.environ))
    try:
        values = ProfileRenderer({}).render_data(raw)
    except DbtBaseException as error:
        message = " ".join(str(error.msg if hasattr(error, "msg") else error).split())
        raise ProfileError(f"target '{name}' in {profiles_file} cannot be rendered", message) from error
    variables = {key: ENVIRONMENT_VARIABLE.findall(str(value)) for key, value in raw.items()}
    return Target(name, values, variables)
