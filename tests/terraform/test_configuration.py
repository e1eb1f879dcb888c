"""The configuration itself: style, the three environments, what may not be destroyed, `terraform test`."""

import json
import re
import subprocess

import pytest

from store_matching.infrastructure.offline_terraform import PROJECT, VALUES
from store_matching.infrastructure.terraform_state import resources

STATEFUL = (
    "snowflake_database",
    "snowflake_schema",
    "snowflake_table",
    "snowflake_iceberg_table",
    "snowflake_external_volume",
    "snowflake_stage_internal",
)
RESOURCE = re.compile(r'^resource "(\w+)" "\w+" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)


def test_the_configuration_is_formatted():
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", "-diff", str(PROJECT / "terraform")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("environment", ["test", "prod"])
def test_an_environment_is_valid_and_can_be_planned(make_workspace, environment):
    workspace = make_workspace()
    workspace.in_environment(environment, "init")
    assert "The configuration is valid" in workspace.in_environment(environment, "validate")
    workspace.in_environment(environment, "plan", VALUES, "-out=plan")
    plan = json.loads(workspace.in_environment(environment, "show", "-json", "plan"))
    planned = {"values": plan["planned_values"]}
    suffix = {"test": "_TEST", "prod": ""}[environment]
    (database,) = resources(planned, "snowflake_database")
    assert database["values"]["name"] == f"STORE_MATCHING{suffix}"
    roles = {resource["values"]["name"] for resource in resources(planned, "snowflake_account_role")}
    assert {f"STORE_{role}{suffix}" for role in ("TRANSFORMER", "PUBLISHER", "LOADER", "ANALYST")} < roles
    # Of this environment alone, though others may share the account and the end of a name.
    warehouses = {resource["values"]["name"] for resource in resources(planned, "snowflake_warehouse")}
    (credits,) = (
        alert["values"]["condition"]
        for alert in resources(planned, "snowflake_alert")
        if alert["values"]["name"] == "CREDITS_OF_A_DAY"
    )
    listed = re.search(r"where warehouse_name in \(([^)]*)\)\n", credits)[1]
    assert set(re.findall(r"'(\w+)'", listed)) == warehouses
    assert f"STORE_TRANSFORM{suffix}" in warehouses


def test_a_second_plan_changes_nothing(applied):
    workspace, _ = applied
    assert "No changes" in workspace.in_environment("dev", "plan", VALUES, "-detailed-exitcode")


def test_everything_that_holds_data_is_protected():
    blocks = [
        (kind, body)
        for file in (PROJECT / "terraform/modules").rglob("*.tf")
        for kind, body in RESOURCE.findall(file.read_text(encoding="utf-8"))
        if kind in STATEFUL
    ]
    assert {kind for kind, _ in blocks} == set(STATEFUL)
    for kind, body in blocks:
        assert "prevent_destroy = true" in body, kind


def test_what_is_protected_is_not_destroyed(applied):
    workspace, _ = applied
    said = workspace.failure("dev", "plan", "-destroy", VALUES)
    protected = set(re.findall(r'Resource (\S+?(?:\["[^"]+"\])?) has lifecycle\.prevent_destroy set', said))
    # Terraform names those on which nothing else depends, and stops.
    assert 'module.stack.module.ops_tables.snowflake_table.this["OPS.match_labels"]' in protected


def test_terraform_test(make_workspace):
    workspace = make_workspace()
    assert workspace.run("modules/stack", "init").returncode == 0
    done = workspace.run("modules/stack", "test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Success! 14 passed, 0 failed." in done.stdout
