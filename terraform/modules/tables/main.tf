locals {
  contract = yamldecode(file(var.contract))

  tables = {
    for table in local.contract.tables : "${local.contract.schema}.${table.name}" => merge(table, {
      schema      = local.contract.schema
      kind        = try(table.snowflake, local.contract.snowflake)
      primary_key = try(table.primary_key, [])
    })
  }

  # Iceberg knows no other width of numbers, and times of microseconds only.
  snowflake_types = {
    varchar   = "VARCHAR"
    double    = "FLOAT"
    bigint    = "NUMBER(19,0)"
    integer   = "NUMBER(10,0)"
    boolean   = "BOOLEAN"
    timestamp = "TIMESTAMP_NTZ(6)"
  }
}

resource "snowflake_table" "this" {
  for_each = { for name, table in local.tables : name => table if table.kind == "table" }

  database = var.database
  schema   = each.value.schema
  name     = upper(each.value.name)
  comment  = each.value.description

  dynamic "column" {
    for_each = each.value.columns
    content {
      name     = upper(column.value.name)
      type     = local.snowflake_types[column.value.type]
      nullable = !try(column.value.not_null, false)
    }
  }

  dynamic "primary_key" {
    for_each = length(each.value.primary_key) > 0 ? [each.value.primary_key] : []
    content {
      keys = [for name in primary_key.value : upper(name)]
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "snowflake_iceberg_table" "this" {
  for_each = { for name, table in local.tables : name => table if table.kind == "iceberg_table" }

  database        = var.database
  schema          = each.value.schema
  name            = upper(each.value.name)
  comment         = each.value.description
  external_volume = var.external_volume
  catalog         = "SNOWFLAKE"
  base_location   = "${lower(each.value.schema)}/${each.value.name}"

  dynamic "column" {
    for_each = each.value.columns
    content {
      name     = upper(column.value.name)
      type     = local.snowflake_types[column.value.type]
      not_null = tostring(try(column.value.not_null, false))
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}
