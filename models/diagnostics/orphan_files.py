"""What the Sentinel finds in one pass over the watched tables; `diagnostics_orphan_files` and `batch_gaps` close it."""


def model(dbt, session):
    """Return one row per finding, columns as in `store_matching.sentinel.finding_rows`."""
    dbt.config(materialized="table", alias="orphan_files_scan")
    # What is watched is declared in the seed; a change of it makes this model again.
    dbt.ref("watched_locations")
    from store_matching.sentinel.finding_rows import scanned_rows

    return scanned_rows()
