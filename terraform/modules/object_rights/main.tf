locals {
  stage_privileges = {
    "lake loader"          = { stage = "lake", role = "loader", privileges = ["USAGE"] }
    "lake sentinel"        = { stage = "lake", role = "sentinel", privileges = ["USAGE"] }
    "lake ci"              = { stage = "lake", role = "ci", privileges = ["USAGE"] }
    "packages transformer" = { stage = "packages", role = "transformer", privileges = ["READ"] }
    # The publisher's runs import it: who may write it could let the publisher do anything.
    "packages publisher" = { stage = "packages", role = "publisher", privileges = ["READ", "WRITE"] }
  }
}

resource "snowflake_grant_privileges_to_account_role" "tables" {
  for_each = merge([
    for name, table in var.tables : {
      # The build of a pull request reads every table, and no contract says so: it belongs to none of them.
      for role, privileges in merge(table.rights, { ci = ["SELECT"] }) : "${role} ${name}" => { role = role, table = table, privileges = privileges }
    }
  ]...)

  account_role_name = var.roles[each.value.role]
  privileges        = each.value.privileges

  on_schema_object {
    object_type = each.value.table.object_type
    object_name = each.value.table.fully_qualified_name
  }
}

resource "snowflake_grant_privileges_to_account_role" "stages" {
  for_each = local.stage_privileges

  account_role_name = var.roles[each.value.role]
  privileges        = each.value.privileges

  on_schema_object {
    object_type = "STAGE"
    object_name = var.stages[each.value.stage]
  }
}

resource "snowflake_grant_privileges_to_account_role" "procedure" {
  for_each = toset(["sentinel", "ci"])

  account_role_name = var.roles[each.key]
  privileges        = ["USAGE"]

  on_schema_object {
    object_type = "PROCEDURE"
    object_name = var.procedure
  }
}
