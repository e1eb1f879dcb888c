resource "snowflake_stage_external_s3" "landing" {
  database            = var.database
  schema              = "RAW"
  name                = "LANDING"
  comment             = "Extracts as they arrive."
  url                 = var.landing_url
  storage_integration = var.landing_integration
}

# SYSTEM$GET_ICEBERG_TABLE_INFORMATION wants OWNERSHIP of the table. The procedure has it through its owner, the
# loader; it takes names of landing tables only, and returns nothing but where their metadata lies.
resource "snowflake_procedure_sql" "iceberg_table_information" {
  database    = var.database
  schema      = "RAW"
  name        = "ICEBERG_TABLE_INFORMATION"
  comment     = "Where the metadata of a landing table lies, as SYSTEM$GET_ICEBERG_TABLE_INFORMATION says."
  return_type = "VARCHAR"
  execute_as  = "OWNER"

  arguments {
    arg_name      = "LANDING_TABLE"
    arg_data_type = "VARCHAR"
  }

  procedure_definition = templatefile("${path.module}/iceberg_table_information.sql", {
    database = var.database
    landing_names = join(", ", flatten([
      for name in var.landing_names : ["'${name}'", "'RAW.${name}'", "'${var.database}.RAW.${name}'"]
    ]))
  })
}
