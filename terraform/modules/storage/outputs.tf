output "external_volume" {
  description = "Name of the external volume."
  value       = snowflake_external_volume.lake.name
}

output "integrations" {
  description = "Names of the storage integrations: lake and landing."
  value = {
    lake    = snowflake_storage_integration_aws.lake_reading.name
    landing = snowflake_storage_integration_aws.landing_reading.name
  }
}
