output "tables" {
  description = "By SCHEMA.table: the quoted full name, its object type in GRANT, and the rights that the contract gives."
  value = {
    for name, table in local.tables : name => {
      fully_qualified_name = table.kind == "table" ? (
        snowflake_table.this[name].fully_qualified_name
      ) : snowflake_iceberg_table.this[name].fully_qualified_name
      object_type = table.kind == "table" ? "TABLE" : "ICEBERG TABLE"
      schema      = table.schema
      rights      = try(table.rights, {})
    }
  }
}

output "iceberg_names" {
  description = "Names of the Iceberg tables."
  value       = [for table in values(local.tables) : upper(table.name) if table.kind == "iceberg_table"]
}
