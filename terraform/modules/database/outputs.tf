output "name" {
  description = "Name of the database."
  value       = snowflake_database.this.name
}

output "fully_qualified_name" {
  description = "Quoted name of the database."
  value       = snowflake_database.this.fully_qualified_name
}

output "schemas" {
  description = "Quoted full name of each schema, by its name."
  value = merge(
    { for name, schema in snowflake_schema.this : name => schema.fully_qualified_name },
    { MART = snowflake_schema.mart.fully_qualified_name },
  )
}
