output "procedure" {
  description = "Quoted full name of the procedure, with its arguments."
  value       = snowflake_procedure_sql.iceberg_table_information.fully_qualified_name
}

output "stage" {
  description = "Quoted full name of the stage."
  value       = snowflake_stage_external_s3.landing.fully_qualified_name
}
