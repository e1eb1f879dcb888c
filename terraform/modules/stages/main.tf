resource "snowflake_stage_external_s3" "lake" {
  database            = var.database
  schema              = "OPS"
  name                = "LAKE_STAGE"
  comment             = "The files of the Iceberg tables, to be listed and read only."
  url                 = var.lake_url
  storage_integration = var.lake_integration
}

resource "snowflake_stage_internal" "packages" {
  database = var.database
  schema   = "OPS"
  name     = "CODE"
  comment  = "Versions of the Python package store_matching, which the Python models import."

  lifecycle {
    prevent_destroy = true
  }
}
