locals {
  schemas = {
    RAW         = "Landing tables. Only the loader writes them."
    STAGING     = "Clean, block, compare, score, assign. Made by dbt."
    GOLD        = "Golden stores and crosswalk. Made by dbt, read from outside as releases only."
    DIAGNOSTICS = "Why stores are unmatched, and what the Sentinel found. Made by dbt."
    OPS         = "What people and runs decided: releases, triggers, labels, logs."
    RELEASED    = "The active release as a run finds it. Made by dbt."
    SCOPE       = "What the running scope changed. Made by dbt."
    PREVIOUS    = "The tables of the run before. Made by dbt."
    MAIN        = "Where dbt's sessions put what lasts no longer than they do."
  }
}

module "compute" {
  source = "../compute"

  suffix         = var.suffix
  warehouses     = var.warehouses
  notified_users = var.notified_users

  providers = {
    snowflake = snowflake.account_administrator
  }
}

module "storage" {
  source = "../storage"

  suffix                = var.suffix
  lake_url              = var.lake_url
  landing_url           = var.landing_url
  lake_write_role_arn   = var.lake_write_role_arn
  lake_read_role_arn    = var.lake_read_role_arn
  landing_read_role_arn = var.landing_read_role_arn
}

module "database" {
  source = "../database"

  name                = "STORE_MATCHING${var.suffix}"
  schemas             = local.schemas
  data_retention_days = var.data_retention_days
  external_volume     = module.storage.external_volume
}

module "roles" {
  source = "../roles"

  suffix             = var.suffix
  administrator_role = var.administrator_role
  terraform_user     = var.terraform_user
}

module "rights" {
  source = "../rights"

  roles              = module.roles.roles
  administrator_role = var.administrator_role
  database           = module.database.fully_qualified_name
  schemas            = module.database.schemas
  external_volume    = module.storage.external_volume
  integrations       = module.storage.integrations
  warehouses         = module.compute.warehouses
}

module "landing_tables" {
  source     = "../tables"
  depends_on = [module.rights]

  database        = module.database.name
  contract        = "${var.contracts_folder}/raw.yml"
  external_volume = module.storage.external_volume

  providers = {
    snowflake = snowflake.loader
  }
}

module "landing" {
  source     = "../landing"
  depends_on = [module.rights]

  database            = module.database.name
  landing_names       = module.landing_tables.iceberg_names
  landing_url         = var.landing_url
  landing_integration = module.storage.integrations.landing

  providers = {
    snowflake = snowflake.loader
  }
}

module "ops_tables" {
  source     = "../tables"
  depends_on = [module.database]

  database        = module.database.name
  contract        = "${var.contracts_folder}/ops.yml"
  external_volume = module.storage.external_volume
}

module "stages" {
  source     = "../stages"
  depends_on = [module.database]

  database         = module.database.name
  lake_url         = var.lake_url
  lake_integration = module.storage.integrations.lake
}

module "object_rights" {
  source = "../object_rights"

  roles     = module.roles.roles
  tables    = merge(module.landing_tables.tables, module.ops_tables.tables)
  stages    = module.stages.stages
  procedure = module.landing.procedure
}

module "users" {
  source = "../users"

  suffix            = var.suffix
  database          = module.database.name
  roles             = module.roles.roles
  warehouses        = module.compute.warehouses
  public_keys       = var.public_keys
  allowed_addresses = var.allowed_addresses
  github_repository = var.github_repository
}

module "alerts" {
  source     = "../alerts"
  depends_on = [module.ops_tables]

  suffix             = var.suffix
  database           = module.database.name
  warehouse          = module.compute.warehouses.STORE_OPERATE
  watched_warehouses = values(module.compute.warehouses)
  enabled            = var.alerts_enabled
  recipients         = var.alert_recipients
  limits             = var.alert_limits
}
