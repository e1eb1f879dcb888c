"""A run ends with a report and without its scratch, whatever happens; secrets are nowhere."""

import json
import os
import signal
import sys

import pytest

from store_matching.errors import LakeError
from store_matching.snowflake_proof import verify as run
from store_matching.snowflake_proof.scratch import scratch_of
from store_matching.snowflake_proof.verdicts import Claim, NotRun, Unmet, Verdict
from store_matching.snowflake_proof.verify import Options, Target, verify
from tests.python.snowflake_proof.account import Account, refusal

# Put together here, so that the scanner of tracked files finds nothing.
PLANTED = "-".join(("s3cret", "Value"))
SETTINGS = {"account": "org-acc", "user": "u", "role": "R", "warehouse": "W", "password": PLANTED}
DROP = "drop database if exists STORE_PROOF_0A1B2C3D"


@pytest.fixture
def account(monkeypatch):
    account = Account()
    monkeypatch.setattr(run, "connect", lambda settings: account)
    return account


@pytest.fixture
def try_claims(tmp_path, repository):
    """Run claims and return outcomes, the report and what was told."""

    def try_claims(*claims, volume=""):
        told = []
        options = Options(list(claims), repository, tmp_path / "report", volume, "")
        scratch = scratch_of("0A1B2C3D", None, "STORE_MATCHING")
        outcomes = verify(Target(SETTINGS, SETTINGS), scratch, options, told.append)
        return {outcome.claim.name: outcome for outcome in outcomes}, report(tmp_path), told

    return try_claims


def report(folder):
    return json.loads((folder / "report/report.json").read_text(encoding="utf-8"))


def claim(name, prove, *after):
    return Claim(name, "a test", f"{name} is so", "SELECT on it", prove, after)


def raising(error):
    def prove(_):
        raise error

    return prove


def test_each_verdict_is_reported(account, try_claims):
    account.answers["from hidden"] = refusal(3001, "42501", "Insufficient privileges to operate on table 'HIDDEN'")
    account.answers["from strange"] = refusal(1003, "42000", "syntax error line 1 at position 1 unexpected 'x'")
    outcomes, written, told = try_claims(
        claim("good", lambda proof: str(proof.session.run("select 1"))),
        claim("bad", raising(Unmet("it is not"))),
        claim("hidden", lambda proof: proof.session.run("select * from hidden")),
        claim("strange", lambda proof: proof.session.run("select * from strange")),
        claim("shapeless", lambda proof: proof.session.run("select 1")[0]["nothing"]),
        claim("unset", raising(NotRun("set it"))),
        claim("later", lambda proof: "never", "bad"),
    )
    assert {name: outcome.verdict for name, outcome in outcomes.items()} == {
        "good": Verdict.HOLDS,
        "bad": Verdict.FAILS,
        "hidden": Verdict.NOT_ALLOWED,
        "strange": Verdict.NOT_SUPPORTED,
        "shapeless": Verdict.FAILS,
        "unset": Verdict.NOT_RUN,
        "later": Verdict.NOT_RUN,
    }
    assert written["counts"] == {"holds": 1, "fails": 2, "not allowed": 1, "not supported here": 1, "not run": 2}
    hidden = written["claims"][2]
    assert hidden["missing_right"] == "SELECT on it (refused on table 'HIDDEN')"
    assert hidden["statements"][0]["query_id"] == "01c0-query"
    assert "Insufficient privileges" in hidden["statements"][0]["error"]
    assert "      needs: SELECT on it (refused on table 'HIDDEN')" in told
    assert account.asked[-1] == DROP


def test_what_was_refused_once_is_told_by_each_claim_that_needs_it(account, try_claims):
    account.answers["from strange"] = refusal(1003, "42000", "syntax error line 1 at position 1 unexpected 'x'")

    def prove(proof):
        return proof.once("strange", lambda proof: proof.session.run("select * from strange"))

    _, written, _ = try_claims(claim("first", prove), claim("second", prove))
    texts = [[one["text"] for one in entry["statements"]] for entry in written["claims"]]
    assert texts == [["select * from strange"], ["select * from strange"]]
    assert account.asked.count("select * from strange") == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a fault of ours")])
def test_the_scratch_is_removed_and_the_report_written_after_a_failure(account, try_claims, tmp_path, error):
    with pytest.raises(type(error)):
        try_claims(claim("good", lambda proof: "so"), claim("broken", raising(error)))
    assert account.asked[-1] == DROP
    assert [entry["claim"] for entry in report(tmp_path)["claims"]] == ["good"]


def test_sigterm_ends_a_run_as_ctrl_c_does(account, try_claims):
    with pytest.raises(KeyboardInterrupt):
        try_claims(claim("killed", lambda proof: os.kill(os.getpid(), signal.SIGTERM)))
    assert account.asked[-1] == DROP


def test_a_database_that_was_there_is_not_dropped(account, try_claims):
    account.answers["create database"] = refusal(2002, "42710", "Object 'STORE_PROOF_0A1B2C3D' already exists.")
    with pytest.raises(LakeError, match="already exists"):
        try_claims()
    assert DROP not in account.asked


def test_a_database_whose_schema_is_refused_is_dropped(account, try_claims):
    account.answers["create schema"] = refusal(3001, "42501", "Insufficient privileges to operate on database 'P'")
    with pytest.raises(LakeError, match="the scratch is not allowed"):
        try_claims()
    assert account.asked[-1] == DROP


def test_who_may_not_begin_is_told_the_right(account, try_claims):
    account.answers["create database"] = refusal(3001, "42501", "Insufficient privileges to operate on account 'A'")
    with pytest.raises(LakeError, match="grant CREATE DATABASE on the account"):
        try_claims()


def test_a_scratch_that_cannot_be_removed_is_told_with_the_command(account, try_claims):
    account.answers["drop database"] = refusal(3001, "42501", "Insufficient privileges to operate on database 'P'")
    with pytest.raises(LakeError, match="--clean 0A1B2C3D"):
        try_claims(claim("good", lambda proof: "so"))


def test_secrets_are_neither_told_nor_written(account, try_claims, tmp_path):
    account.answers["from planted"] = refusal(1003, "42000", f"syntax error near {PLANTED}")
    _, _, told = try_claims(claim("planted", lambda proof: proof.session.run(f"select '{PLANTED}' from planted")))
    written = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "report").iterdir())
    assert "***" in written
    assert PLANTED not in written + "\n".join(told)


# A dbt that answers with the settings of a model of GOLD, as dbt would render them.
FAKE_DBT = """#!{python}
import json, os, sys
import yaml
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context
set_invocation_context(dict(os.environ))
gold = yaml.safe_load(open("dbt_project.yml"))["models"]["store_matching"]["gold"]
names = ("external_volume", "base_location_root")
settings = {{name: gold["+" + name] for name in names}}
settings["format"] = gold["+table_format"].replace("target.type", "'snowflake'")
print(json.dumps(ProfileRenderer({{}}).render_data(settings) | {{"arguments": sys.argv[1:]}}))
"""


@pytest.mark.parametrize(("volume", "table_format"), [("PROOF_VOLUME", "iceberg"), ("", "default")])
def test_dbt_writes_iceberg_tables_on_the_volume_and_below_the_scratch(
    account, try_claims, tmp_path, monkeypatch, volume, table_format
):
    for name in ("SNOWFLAKE_TABLE_FORMAT", "SNOWFLAKE_BASE_LOCATION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SNOWFLAKE_EXTERNAL_VOLUME", "OF_PRODUCTION")
    (tmp_path / "dbt").write_text(FAKE_DBT.format(python=sys.executable), encoding="utf-8")
    (tmp_path / "dbt").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    said = []

    def prove(proof):
        said.append(proof.project.dbt(proof.session, "build"))
        return "so"

    try_claims(claim("build", prove), volume=volume)
    assert json.loads(said[0]) == {
        "external_volume": volume,
        "base_location_root": "store_proof_0a1b2c3d",
        "format": table_format,
        "arguments": ["build"],
    }
