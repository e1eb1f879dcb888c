"""Each preview resource that is used is named once with its reason, and no other is enabled."""

import json
import re

import yaml

from store_matching.infrastructure.offline_terraform import PROJECT, VALUES
from store_matching.infrastructure.terraform_state import resources

TERRAFORM = PROJECT / "terraform"
FEATURES = yaml.safe_load((TERRAFORM / "preview_features.yml").read_text(encoding="utf-8"))


def test_the_list_is_what_is_used(applied):
    _, state = applied
    schema = json.loads((TERRAFORM / "offline/provider_schema.json").read_text(encoding="utf-8"))["resources"]
    used = {resource["type"] for resource in resources(state)}
    assert {f"{kind}_resource" for kind in used if schema[kind]["preview"]} == set(FEATURES)


def test_the_readme_gives_the_same_reasons():
    readme = (TERRAFORM / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(snowflake_\w+_resource)` \| (.+) \|$", readme, re.MULTILINE)
    assert {feature: reason.strip() for feature, reason in rows} == {
        feature: reason.strip() for feature, reason in FEATURES.items()
    }


def test_a_preview_resource_that_is_not_on_the_list_cannot_be_planned(changeable):
    changeable.edit("terraform/preview_features.yml", "snowflake_alert_resource:", "snowflake_pipe_resource:")
    changeable.edit("terraform/modules/alerts/main.tf", "0 * * * *", "7 * * * *")
    assert "snowflake_alert_resource is a preview feature" in changeable.failure("dev", "plan", VALUES)
