"""Shim: INFORMATION_SCHEMA.TABLES has the views too, as on Snowflake; fakesnow's has tables alone."""

from fakesnow import info_schema

VIEWS = """
    union all by name
    select
        database_name as "TABLE_CATALOG",
        schema_name as "TABLE_SCHEMA",
        view_name as "TABLE_NAME",
        'VIEW' as "TABLE_TYPE",
        'NO' as "IS_TRANSIENT",
        'NO' as "IS_ICEBERG"
    from duckdb_views()
    where database_name = '${catalog}' and not internal and schema_name <> '_fs_information_schema'
"""


def install() -> None:
    """Let every database that is made or opened have the view."""
    given = info_schema.SQL_CREATE_INFORMATION_SCHEMA_TABLES_VIEW
    replaced = given.template.replace("create view if not exists", "create or replace view")
    # Its own order, if it has one, would end the select.
    given.template = replaced.rstrip().rstrip(";") + VIEWS
