locals {
  reads_and_writes = ["USAGE", "CREATE TABLE", "CREATE ICEBERG TABLE", "CREATE VIEW"]
  scratch          = concat(local.reads_and_writes, ["CREATE STAGE", "CREATE PROCEDURE", "CREATE FUNCTION"])

  # Besides what a role inherits (modules/roles) and what it owns (ownership.tf).
  schema_privileges = {
    loader = { OPS = ["USAGE"] }
    transformer = merge(
      { for schema in local.built_schemas : schema => schema == "MAIN" ? local.scratch : local.reads_and_writes },
      { RAW = ["USAGE"], MART = ["USAGE"], OPS = ["USAGE"] },
    )
    publisher = { OPS = ["CREATE SEQUENCE"] }
    analyst   = { MART = ["USAGE"] }
    steward   = { OPS = ["USAGE"] }
    sentinel  = { RAW = ["USAGE"], OPS = ["USAGE"] }
    ci        = { for schema in local.read_by_ci : schema => ["USAGE"] }
  }

  # What a pull request leaves as it is, its build reads here; and what its database is a clone of.
  read_by_ci = concat(tolist(local.built_schemas), ["RAW", "MART", "OPS"])

  # Tables that come later are readable too. Each kind needs a grant of its own: TABLES does not say ICEBERG TABLES.
  object_kinds = ["TABLES", "ICEBERG TABLES", "VIEWS"]
  future_reads = { transformer = ["RAW", "MART"], analyst = ["MART"], ci = local.read_by_ci }

  database_privileges = {
    loader = ["USAGE"]
    # The macros say CREATE SCHEMA IF NOT EXISTS, and the publisher makes RELEASE_<n> and MART_CANDIDATE_<n>.
    transformer = ["USAGE", "CREATE SCHEMA"]
    analyst     = ["USAGE"]
    sentinel    = ["USAGE"]
    ci          = ["USAGE"]
  }

  # Snowflake asks it of the role that owns an Iceberg table, whoever reads or writes it.
  volume_roles      = toset(["loader", "transformer", "publisher", "ci"])
  integration_roles = { lake = ["loader", "sentinel", "ci"], landing = ["loader"] }

  warehouse_roles = {
    STORE_LOAD        = ["loader"]
    STORE_TRANSFORM   = ["transformer", "ci"]
    STORE_GOLD        = ["transformer"]
    STORE_DIAGNOSTICS = ["transformer"]
    STORE_READ        = ["analyst"]
    STORE_OPERATE     = ["sentinel"]
  }
}

# A pull request is built in a database of its own: whatever its code writes, it writes there.
resource "snowflake_grant_privileges_to_account_role" "account_of_ci" {
  account_role_name = var.roles.ci
  privileges        = ["CREATE DATABASE"]
  on_account        = true
}

resource "snowflake_grant_privileges_to_account_role" "database" {
  for_each = local.database_privileges

  account_role_name = var.roles[each.key]
  privileges        = each.value

  on_account_object {
    object_type = "DATABASE"
    object_name = var.database
  }
}

resource "snowflake_grant_privileges_to_account_role" "schemas" {
  for_each = merge([
    for role, schemas in local.schema_privileges : {
      for schema, privileges in schemas : "${role} ${schema}" => { role = role, schema = schema, privileges = privileges }
    }
  ]...)

  account_role_name = var.roles[each.value.role]
  privileges        = each.value.privileges

  on_schema {
    schema_name = var.schemas[each.value.schema]
  }

  depends_on = [snowflake_grant_ownership.schemas]
}

resource "snowflake_grant_privileges_to_account_role" "future_reads" {
  for_each = merge([
    for role, schemas in local.future_reads : {
      for pair in setproduct(schemas, local.object_kinds) : "${role} ${pair[0]} ${pair[1]}" => {
        role = role, schema = pair[0], kind = pair[1]
      }
    }
  ]...)

  account_role_name = var.roles[each.value.role]
  privileges        = ["SELECT"]

  on_schema_object {
    future {
      object_type_plural = each.value.kind
      in_schema          = var.schemas[each.value.schema]
    }
  }

  depends_on = [snowflake_grant_ownership.schemas]
}

resource "snowflake_grant_privileges_to_account_role" "volume" {
  for_each = local.volume_roles

  account_role_name = var.roles[each.key]
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "EXTERNAL VOLUME"
    object_name = var.external_volume
  }
}

resource "snowflake_grant_privileges_to_account_role" "integrations" {
  for_each = merge([
    for integration, roles in local.integration_roles : {
      for role in roles : "${role} ${integration}" => { role = role, integration = integration }
    }
  ]...)

  account_role_name = var.roles[each.value.role]
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "INTEGRATION"
    object_name = var.integrations[each.value.integration]
  }
}

resource "snowflake_grant_privileges_to_account_role" "warehouses" {
  for_each = merge([
    for warehouse, roles in local.warehouse_roles : {
      for role in roles : "${role} ${warehouse}" => { role = role, warehouse = warehouse }
    }
  ]...)

  account_role_name = var.roles[each.value.role]
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "WAREHOUSE"
    object_name = var.warehouses[each.value.warehouse]
  }
}

resource "snowflake_grant_privileges_to_account_role" "warehouses_of_administrator" {
  for_each = local.warehouse_roles

  account_role_name = var.administrator_role
  privileges        = ["USAGE", "OPERATE", "MODIFY", "MONITOR"]

  on_account_object {
    object_type = "WAREHOUSE"
    object_name = var.warehouses[each.key]
  }
}
