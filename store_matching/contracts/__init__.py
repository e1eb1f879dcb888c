"""The table contracts in contracts/*.yml, which dbt, the DuckDB and SQLite bootstrap and Terraform share."""
