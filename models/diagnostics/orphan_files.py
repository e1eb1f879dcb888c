"""What the Sentinel finds in one pass over the watched tables; `diagnostics_orphan_files` and `batch_gaps` close it."""


def model(dbt, session):
    """Return one row per finding, columns as in `store_matching.sentinel.finding_rows`."""
    dbt.config(materialized="table", alias="orphan_files_scan")
    # What is watched is declared in the seed; a change of it makes this model again.
    declared = dbt.ref("watched_locations")
    if type(session).__module__.startswith("snowflake."):
        from store_matching.sentinel.snowpark.session_scan import scanned_dataframe

        # From the model's settings: the environment of dbt is not there. dbt finds the call in a statement of its own.
        procedure = dbt.config.meta_get("metadata_procedure")
        return scanned_dataframe(session, declared, procedure or "")
    from store_matching.sentinel.finding_rows import scanned_rows

    return scanned_rows()
