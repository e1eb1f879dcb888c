resource "snowflake_database" "this" {
  name                           = var.name
  comment                        = "Store matching."
  drop_public_schema_on_creation = true
  data_retention_time_in_days    = var.data_retention_days
  external_volume                = var.external_volume
  catalog                        = "SNOWFLAKE"

  lifecycle {
    prevent_destroy = true
  }
}

resource "snowflake_schema" "this" {
  for_each = var.schemas

  database            = snowflake_database.this.name
  name                = each.key
  comment             = each.value
  with_managed_access = "true"

  lifecycle {
    prevent_destroy = true
  }
}

# Each release puts another schema in its place (ALTER SCHEMA … SWAP WITH), which has no comment: Terraform must not
# take that for drift.
resource "snowflake_schema" "mart" {
  database            = snowflake_database.this.name
  name                = "MART"
  with_managed_access = "true"

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [comment, data_retention_time_in_days]
  }
}
