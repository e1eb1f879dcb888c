"""docs/snowflake.md names nothing that does not exist, and says of roles what the other documents say."""

import csv
import re

import pytest

from store_matching.snowflake_proof.claims import ALL, GROUPS
from tests.python.project.guide_names import REPOSITORY, unknown_names

GUIDE = REPOSITORY / "docs/snowflake.md"


@pytest.fixture(scope="module")
def guide():
    return GUIDE.read_text(encoding="utf-8")


def test_all_that_the_guide_names_exists(guide):
    assert unknown_names(guide, GUIDE.parent) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("`docs/nowhere.md`", "file docs/nowhere.md"),
        ("see [there](nowhere.md)", "link nowhere.md"),
        ("make nothing TARGET=snowflake", "make target nothing"),
        ("python scripts/verify_snowflake.py --everything", "option --everything of scripts/verify_snowflake.py"),
        ("python scripts/verify_snowflake.py, or `--everything`", "option --everything"),
        ("`dbt publish`", "dbt command publish"),
        ("dbt run-operation rollback_everything", "macro rollback_everything"),
        ("`SNOWFLAKE_PASSPHRASE`", "variable SNOWFLAKE_PASSPHRASE"),
        ("`TF_VAR_lake_address`", "variable TF_VAR_lake_address"),
        ("as STORE_OWNER", "object STORE_OWNER"),
        ("by query tag `store_matching_bronze`", "query tag store_matching_bronze"),
    ],
)
def test_a_wrong_name_is_found(text, problem):
    assert unknown_names(text, GUIDE.parent) == [problem]


def test_commands_are_the_roles_that_the_releases_document_says(guide):
    releases = (REPOSITORY / "docs/snowflake_releases.md").read_text(encoding="utf-8")
    rights = {}
    for commands, role in re.findall(r"^\| (.+?) \| (STORE_\w+) \| ", releases, flags=re.MULTILINE):
        for command in re.findall(r"`([^`]+)`", commands):
            rights[command.removeprefix("dbt ").split()[0]] = role
    row = re.search(
        r"^\| as STORE_PUBLISHER \| as STORE_TRANSFORMER \|\n.*\n\| (.+?) \| (.+?) \|$", guide, re.MULTILINE
    )
    said = {}
    for role, commands in zip(("STORE_PUBLISHER", "STORE_TRANSFORMER"), row.groups(), strict=True):
        for command in re.findall(r"`dbt ([^`]+)`", commands):
            said[command.removeprefix("run-operation ").split()[0]] = role
    assert rights.items() <= said.items()
    assert len(rights) >= 10


def test_only_the_publisher_may_do_what_the_guide_says_it_alone_does():
    with (REPOSITORY / "terraform/rights_matrix.csv").open(encoding="utf-8") as file:
        matrix = {row["object"]: row for row in csv.DictReader(file)}
    assert "INSERT" in matrix["OPS.ACTIVE_RELEASE"]["publisher"]
    assert matrix["OPS.ACTIVE_RELEASE"]["transformer"] == "SELECT"
    assert [role for role, rights in matrix["stage OPS.CODE"].items() if "WRITE" in rights] == ["publisher"]
    assert [role for role, rights in matrix["stage RAW.LANDING"].items() if rights == "all"] == ["loader"]


def test_scripts_have_the_rights_that_they_need():
    with (REPOSITORY / "terraform/rights_matrix.csv").open(encoding="utf-8") as file:
        matrix = {row["object"]: row for row in csv.DictReader(file)}
    needed = (
        # load_batch.py
        ("schema RAW", "loader", "all"),
        ("relations in RAW", "loader", "all"),
        ("OPS.RELOAD_REQUESTS", "loader", "SELECT + UPDATE"),
        ("warehouse STORE_LOAD", "loader", "USAGE"),
        # request_reprocess.py
        ("relations in MART", "transformer", "SELECT"),
        ("relations in RELEASE_<n>", "transformer", "SELECT"),
        ("OPS.RELEASE_TABLES", "transformer", "SELECT"),
        ("OPS.REPROCESS_TRIGGERS", "transformer", "SELECT + INSERT"),
        ("warehouse STORE_OPERATE", "transformer", "USAGE"),
        # label_pair.py
        ("relations in MART", "steward", "SELECT"),
        ("OPS.MATCH_LABELS", "steward", "SELECT + INSERT"),
        ("warehouse STORE_READ", "steward", "USAGE"),
    )
    assert [each for each in needed if not matrix[each[0]][each[1]].startswith(each[2])] == []


def test_limits_are_those_of_terraform(guide):
    for environment, total in (("prod", 600), ("test", 70), ("dev", 33)):
        source = (REPOSITORY / f"terraform/environments/{environment}/main.tf").read_text(encoding="utf-8")
        assert sum(int(credits) for credits in re.findall(r"monthly_credits = (\d+)", source)) == total
        assert str(total) in guide
    production = (REPOSITORY / "terraform/environments/prod/main.tf").read_text(encoding="utf-8")
    assert "data_retention_days = 7" in production
    assert re.search(r"STORE_TRANSFORM\s+= .*monthly_credits = 300", production)


def test_claims_that_the_guide_names_are_claims(guide):
    section = guide[guide.index("## 6.") : guide.index("## 7.")]
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", section)) - {"version_views"}
    assert named <= {claim.name for claim in ALL} | GROUPS.keys()
    assert {"clone_of_now", "swapped_schemas", "view_at_version"} <= named
