"""The dbt-duckdb plugin: how dbt's macros reach the lake and OPS on DuckDB."""
