"""The settings by which dbt logs in to Snowflake, for scripts that connect without dbt."""

from pathlib import Path

import yaml

from store_matching.errors import LakeError
from store_matching.operations.connection_check import find_problems
from store_matching.operations.connection_profile import ProfileError, Target, find_profiles_file, read_target

NAME = "snowflake"


def read_snowflake_target(project: Path, example: Path) -> tuple[Target, Path]:
    """Return the target snowflake of the profile that dbt would read, and the file it stands in.

    project: folder with dbt_project.yml; example: the profiles.yml to read where there is none
    Raises LakeError when a setting is missing; nothing is asked of Snowflake.
    """
    try:
        file = find_profiles_file(project)
    except ProfileError:
        file = example
    profile = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["profile"]
    try:
        target = read_target(file, profile, NAME)
    except ProfileError as error:
        raise LakeError(f"{error.what}\n  what to do: {error.mend}") from error
    if problems := find_problems(target, project):
        raise LakeError("\n".join(str(problem) for problem in problems))
    return target, file
