output "settings" {
  description = "What dbt and the scripts need to know: database, roles, users, warehouses, external volume, stages."
  value = {
    database        = module.stack.database
    roles           = module.stack.roles
    users           = module.stack.users
    warehouses      = module.stack.warehouses
    external_volume = module.stack.external_volume
    stages          = module.stack.stages
  }
}
