"""Where the project lies and what the DAGs may spend: environment variables of the Airflow processes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_CEILING_SECONDS = 1800.0


@dataclass(frozen=True)
class Settings:
    """Settings of all DAGs.

    project_dir:        folder of the dbt project and of scripts/, where every command runs
    programs:           folder with the `dbt` and `python` of the project's environment
    ceiling_seconds:    longest full refresh, in seconds of a dbt build, that needs nobody's approval
    snowflake_manifest: manifest.json of a `dbt parse --target snowflake`; None where the per-model view is not wanted
    """

    project_dir: Path
    programs: Path
    ceiling_seconds: float
    snowflake_manifest: Path | None


def read_settings() -> Settings:
    """Return the settings. Raises ValueError for a ceiling that is no number."""
    environment = os.environ
    project_dir = Path(environment.get("DBT_PROJECT_DIR") or REPOSITORY)
    ceiling = environment.get("STORE_MATCHING_REFRESH_CEILING") or DEFAULT_CEILING_SECONDS
    manifest = environment.get("STORE_MATCHING_SNOWFLAKE_MANIFEST")
    try:
        ceiling_seconds = float(ceiling)
    except ValueError:
        raise ValueError(f"STORE_MATCHING_REFRESH_CEILING is '{ceiling}': give a number of seconds") from None
    return Settings(
        project_dir=project_dir,
        programs=Path(environment.get("STORE_MATCHING_PROGRAMS") or project_dir / ".venv" / "bin"),
        ceiling_seconds=ceiling_seconds,
        snowflake_manifest=Path(manifest) if manifest else None,
    )
