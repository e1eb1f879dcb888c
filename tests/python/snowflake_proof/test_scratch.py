"""Where the proof works, and that it removes nothing else."""

import pytest

from store_matching.errors import LakeError
from store_matching.snowflake_proof.scratch import clean_scratch, make_database, new_suffix, scratch_of
from store_matching.snowflake_proof.session import Session
from store_matching.snowflake_proof.verdicts import Refused
from tests.python.snowflake_proof.account import Account, refusal

SUFFIX = "0A1B2C3D"


@pytest.fixture
def account():
    return Account()


@pytest.fixture
def session(account):
    return Session(account, lambda text: text)


@pytest.mark.parametrize("name", ["STORE_MATCHING", "store_matching_dev", "STORE_MATCHING_TEST", "Analytics"])
def test_the_database_of_an_environment_is_refused(name):
    with pytest.raises(LakeError, match="the proof does not run in"):
        scratch_of(SUFFIX, name, "ANALYTICS")


def test_the_target_database_is_refused_though_it_has_the_name_of_a_scratch():
    with pytest.raises(LakeError, match="the proof does not run in STORE_PROOF_0A1B2C3D"):
        scratch_of(SUFFIX, None, "store_proof_0a1b2c3d")


@pytest.mark.parametrize("suffix", ["", "X", "0A1B2C3D; drop", "STORE_MATCHING"])
def test_a_suffix_is_eight_letters_and_digits(suffix):
    with pytest.raises(LakeError, match="is no suffix"):
        scratch_of(suffix, None, "STORE_MATCHING")


def test_a_name_that_would_need_quotes_is_refused():
    with pytest.raises(LakeError, match="no name of a database without quotes"):
        scratch_of(SUFFIX, 'x"; drop database y', "STORE_MATCHING")


def test_suffixes_differ_and_are_suffixes():
    suffixes = {new_suffix() for _ in range(50)}
    assert len(suffixes) == 50
    assert {scratch_of(suffix, None, "X").database for suffix in suffixes} == {f"STORE_PROOF_{s}" for s in suffixes}


def test_a_database_that_exists_is_never_taken_over(session, account):
    account.answers["create database"] = refusal(2002, "42710", "Object 'STORE_PROOF_0A1B2C3D' already exists.")
    with pytest.raises(Refused, match="already exists"):
        make_database(session, scratch_of(SUFFIX, None, "STORE_MATCHING"))
    assert account.asked == ["create database STORE_PROOF_0A1B2C3D"]


def test_a_given_database_must_be_empty(session, account):
    account.answers["schemata"] = [{"SCHEMA_NAME": name} for name in ("PUBLIC", "INFORMATION_SCHEMA", "GOLD")]
    with pytest.raises(LakeError, match="SANDBOX is not empty: it has the schemas GOLD"):
        make_database(session, scratch_of(SUFFIX, "sandbox", "STORE_MATCHING"))
    assert not any(statement.startswith("create") for statement in account.asked)


def test_cleaning_a_given_database_drops_its_schemas_the_mark_last(session, account):
    names = ("PROOF_0A1B2C3D", "GOLD", "PUBLIC", "INFORMATION_SCHEMA", "RAW")
    account.answers["schemata"] = [{"SCHEMA_NAME": name} for name in names]
    clean_scratch(session, scratch_of(SUFFIX, "SANDBOX", "STORE_MATCHING"))
    dropped = [statement.split()[-1] for statement in account.asked if statement.startswith("drop")]
    assert dropped == ["SANDBOX.GOLD", "SANDBOX.RAW", "SANDBOX.PROOF_0A1B2C3D"]
    assert not any("drop database" in statement for statement in account.asked)


def test_a_given_database_without_the_mark_is_left_alone(session, account):
    account.answers["schemata"] = [{"SCHEMA_NAME": name} for name in ("PROOF_FFFFFFFF", "GOLD")]
    with pytest.raises(LakeError, match="nothing was removed"):
        clean_scratch(session, scratch_of(SUFFIX, "SANDBOX", "STORE_MATCHING"))
    assert not any(statement.startswith("drop") for statement in account.asked)
