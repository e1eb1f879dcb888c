resource "snowflake_external_volume" "lake" {
  name         = "STORE_LAKE${var.suffix}"
  comment      = "Files of the Iceberg tables."
  allow_writes = "true"

  storage_location {
    storage_location_name = "lake"
    storage_provider      = "S3"
    storage_base_url      = var.lake_url
    storage_aws_role_arn  = var.lake_write_role_arn
  }

  lifecycle {
    prevent_destroy = true
  }
}

# Apart from the volume and read-only: whoever lists files must not be able to change them.
resource "snowflake_storage_integration_aws" "lake_reading" {
  name                      = "STORE_LAKE_READING${var.suffix}"
  comment                   = "Lists and reads the files of the Iceberg tables, for the Sentinel and recovery."
  enabled                   = true
  storage_provider          = "S3"
  storage_allowed_locations = [var.lake_url]
  storage_aws_role_arn      = var.lake_read_role_arn
}

resource "snowflake_storage_integration_aws" "landing_reading" {
  name                      = "STORE_LANDING_READING${var.suffix}"
  comment                   = "Reads the extracts that the loader loads."
  enabled                   = true
  storage_provider          = "S3"
  storage_allowed_locations = [var.landing_url]
  storage_aws_role_arn      = var.landing_read_role_arn
}
