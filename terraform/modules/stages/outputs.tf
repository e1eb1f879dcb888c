output "stages" {
  description = "Quoted full name of each stage: lake, packages."
  value = {
    lake     = snowflake_stage_external_s3.lake.fully_qualified_name
    packages = snowflake_stage_internal.packages.fully_qualified_name
  }
}
