output "procedure" {
  description = "Quoted full name of the procedure, with its arguments."
  value       = snowflake_procedure_sql.iceberg_table_information.fully_qualified_name
}
