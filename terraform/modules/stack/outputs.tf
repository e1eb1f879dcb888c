output "database" {
  description = "Name of the database: SNOWFLAKE_DATABASE."
  value       = module.database.name
}

output "roles" {
  description = "Names of the roles, by short name: SNOWFLAKE_ROLE is the transformer's or the publisher's."
  value       = module.roles.roles
}

output "users" {
  description = "Names of the service users, by short name: SNOWFLAKE_USER."
  value       = module.users.users
}

output "warehouses" {
  description = "Names of the warehouses, by name without suffix: SNOWFLAKE_WAREHOUSE is the one of STORE_TRANSFORM."
  value       = module.compute.warehouses
}

output "external_volume" {
  description = "Name of the external volume that the Iceberg models are written to."
  value       = module.storage.external_volume
}

output "stages" {
  description = "Quoted full names of the stages."
  value       = merge(module.stages.stages, { landing = module.landing.stage })
}
