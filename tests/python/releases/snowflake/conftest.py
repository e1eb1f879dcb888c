"""A project on the stand-in for Snowflake, and accounts with no, one and two releases; each test gets a copy."""

import pytest

from tests.python.releases.snowflake.account import DATA_1, DATA_2, land
from tests.python.releases.snowflake.project import MODELS, SnowflakeProject
from tests.python.releases.snowflake.stand_in import StandIn


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    return SnowflakeProject(tmp_path_factory.mktemp("snowflake_project"))


@pytest.fixture(scope="session")
def by_versions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("version_project")
    return SnowflakeProject(folder, {"snowflake_release_mode": "version_views", "snowflake_release_retain_days": 30})


@pytest.fixture(scope="session")
def published(project, tmp_path_factory):
    """File of an account whose release 1 shows DATA_1, and on whose MART an analyst has rights."""
    folder = tmp_path_factory.mktemp("published")
    account = StandIn(folder / "live.duckdb")
    account.connection.execute("create schema MART; create schema RAW")
    account.connection.execute("create table RAW.gi_stores (store_id varchar, store_name varchar, city varchar)")
    for grantee in ('role "ANALYST"', 'database role STORE_MATCHING."READERS"'):
        account.connection.execute("insert into STAND_IN.grants values ('MART', 'USAGE', null, ?)", [grantee])
        account.connection.execute("insert into STAND_IN.grants values ('MART', 'SELECT', 'VIEW', ?)", [grantee])
    land(account, DATA_1)
    assert "release 1 published: 3 tables and 2 views of MART" in project.run(account, "build")
    account.save(folder / "published.duckdb")
    return folder / "published.duckdb"


@pytest.fixture
def account(published, tmp_path):
    """A fresh copy of that account."""
    return StandIn(tmp_path / "account.duckdb", copy_of=published)


@pytest.fixture(scope="session")
def twice_published(project, published, tmp_path_factory):
    """File of an account whose release 2 shows DATA_2 and has consumed a trigger, as release 1 has another."""
    folder = tmp_path_factory.mktemp("twice_published")
    account = StandIn(folder / "live.duckdb", copy_of=published)
    land(account, DATA_2)
    assert "release 2 published" in project.run(account, "build")
    for number in (1, 2):
        account.connection.execute(
            f"""insert into OPS.reprocess_triggers (trigger_id, store_key, trigger_status, attempts, created_at,
                    consumed_at, consumed_run_id, consumed_release_id)
                values ('T{number}', 'GI:{number}', 'consumed', 1, sysdate(), sysdate(), 'run', {number})"""
        )
    account.save(folder / "twice.duckdb")
    return folder / "twice.duckdb"


@pytest.fixture
def account_2(twice_published, tmp_path):
    """A fresh copy of that account."""
    return StandIn(tmp_path / "account_2.duckdb", copy_of=twice_published)


@pytest.fixture
def by_scope(tmp_path, published):
    """A project that writes GOLD.STORES by the strategy scope, and an account that it has built once."""
    project = SnowflakeProject(tmp_path / "project")
    project.write(
        "models/gold/gold_stores.sql",
        "{{ config(materialized='incremental', incremental_strategy='scope', meta={'scope': 'gold',"
        " 'grain': ['gold_store_id'], 'released': true}) }}" + MODELS["models/gold/gold_stores.sql"],
    )
    account = StandIn(tmp_path / "account.duckdb", copy_of=published)
    assert project.run(account, "build").success
    land(account, DATA_2)
    return project, account


@pytest.fixture
def iceberg_account(published, tmp_path):
    """The account of `published` with Iceberg tables for GOLD and STAGING."""
    account = StandIn(tmp_path / "iceberg.duckdb", copy_of=published)
    for table in ("GOLD.STORES", "GOLD.STORE_CROSSWALK", "STAGING.STORE_MATCHES"):
        account.connection.execute("insert into STAND_IN.iceberg_tables values (?)", [table])
    return account
