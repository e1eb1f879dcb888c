resource "snowflake_stage_external_s3" "landing" {
  database            = var.database
  schema              = "RAW"
  name                = "LANDING"
  comment             = "Extracts as they arrive."
  url                 = var.landing_url
  storage_integration = var.integrations.landing
}

resource "snowflake_stage_external_s3" "lake" {
  database            = var.database
  schema              = "OPS"
  name                = "LAKE"
  comment             = "The files of the Iceberg tables, to be listed and read only."
  url                 = var.lake_url
  storage_integration = var.integrations.lake
}

resource "snowflake_stage_internal" "packages" {
  database = var.database
  schema   = "OPS"
  name     = "PACKAGES"
  comment  = "Versions of the Python package store_matching, which the Python models import."

  lifecycle {
    prevent_destroy = true
  }
}
