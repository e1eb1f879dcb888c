"""The landing tables that dbt makes and those that the loader makes are the same tables."""

import duckdb
import yaml

from store_matching.landing.landing_tables import create_landing_tables

COLUMNS = """
    select table_schema, table_name, column_name, data_type, ordinal_position
    from information_schema.columns where table_schema in ('RAW', 'RELEASED') order by all
"""


def test_dbt_and_loader_make_the_same_tables(make_dbt_project, repository):
    project = make_dbt_project(copy=())
    macro = "macros/operations/create_landing_tables.sql"
    project.write(macro, (repository / macro).read_text(encoding="utf-8"))
    settings = yaml.safe_load((project.root / "dbt_project.yml").read_text(encoding="utf-8"))
    # What dbt runs where there is no lake.
    hook = repository / "macros/releases/prepare_run.sql"
    assert "{{ create_landing_tables() }}" in hook.read_text(encoding="utf-8")
    settings["on-run-start"] = ["{{ create_landing_tables() }}"]
    project.write("dbt_project.yml", yaml.safe_dump(settings))
    project.write("models/one.sql", "select 1 as one")

    assert project.invoke("parse").success
    assert not project.database.exists() or project.query(COLUMNS) == []
    assert project.build()["one"].status == "success"
    made_by_dbt = project.query(COLUMNS)

    connection = duckdb.connect()
    create_landing_tables(connection)
    assert connection.execute(COLUMNS).fetchall() == made_by_dbt
    assert len({row[:2] for row in made_by_dbt}) == 8
    # A second run finds them and changes nothing.
    assert project.build()["one"].status == "success"
    assert project.query(COLUMNS) == made_by_dbt


def test_existing_tables_are_not_touched():
    connection = duckdb.connect()
    connection.execute("create schema raw; create table raw.gi_stores as select 'kept' as store_id")
    create_landing_tables(connection)
    assert connection.execute("select * from raw.gi_stores").fetchall() == [("kept",)]


def test_views_of_the_same_names_are_left_alone():
    """A project with a lake has views over it in RAW and RELEASED."""
    connection = duckdb.connect()
    connection.execute("create schema raw; create schema released")
    views = ("raw.gi_stores", "raw.batches", "released.gi_stores", "released.store_crosswalk")
    for view in views:
        connection.execute(f"create view {view} as select 'kept' as store_id")
    create_landing_tables(connection)
    for view in views:
        assert connection.execute(f"from {view}").fetchall() == [("kept",)]
    assert connection.execute("select count(*) from released.th_stores").fetchall() == [(0,)]
