"""Terraform and dbt call the same things by the same names."""

import re

import yaml

from store_matching.infrastructure.offline_terraform import PROJECT
from store_matching.infrastructure.terraform_state import resources


def schemas_of_dbt() -> set[str]:
    """Where dbt makes models and seeds, and where its sources lie."""
    project = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    made = set(re.findall(r"\+schema: (\w+)", project))
    sources = [
        source["schema"]
        for file in (PROJECT / "models").rglob("*__sources.yml")
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
    ]
    assert made and sources
    return made | set(sources)


def test_every_schema_of_dbt_is_made(applied):
    made = {resource["values"]["name"] for resource in resources(applied[1], "snowflake_schema")}
    assert made == schemas_of_dbt() | {"MAIN"}


def test_the_profile_takes_names_that_are_made(applied):
    profile = (PROJECT / "profiles.example.yml").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"env_var\('(SNOWFLAKE_\w+)', '(\w+)'\)", profile))
    settings = applied[1]["values"]["outputs"]["settings"]["value"]
    assert {
        name: defaults[name] + "_DEV" for name in ("SNOWFLAKE_DATABASE", "SNOWFLAKE_ROLE", "SNOWFLAKE_WAREHOUSE")
    } == {
        "SNOWFLAKE_DATABASE": settings["database"],
        "SNOWFLAKE_ROLE": settings["roles"]["transformer"],
        "SNOWFLAKE_WAREHOUSE": settings["warehouses"]["STORE_TRANSFORM"],
    }
    assert defaults["SNOWFLAKE_SCHEMA"] == "MAIN"
    assert {user["values"]["default_namespace"] for user in resources(applied[1], "snowflake_service_user")} == {
        "STORE_MATCHING_DEV.MAIN"
    }
