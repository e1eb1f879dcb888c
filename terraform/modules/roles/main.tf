locals {
  roles = {
    loader      = "Writes RAW, brings lost batches back."
    transformer = "Builds STAGING, GOLD and DIAGNOSTICS; writes OPS but not what the releases are recorded in."
    publisher   = "Owns MART: publishes, rolls back, expires."
    analyst     = "Reads what is released."
    steward     = "Reads what is released, decides pairs."
    ci          = "Reads everything, makes the databases that pull requests are built in, writes nothing here."
    sentinel    = "Compares the files in storage with the metadata of the landing tables."
  }

  # Who also has the rights of whom. dbt runs as transformer or publisher: its model orphan_files is the Sentinel's look.
  inherits = {
    "transformer inherits sentinel"  = { parent = "transformer", role = "sentinel" }
    "publisher inherits transformer" = { parent = "publisher", role = "transformer" }
    "steward inherits analyst"       = { parent = "steward", role = "analyst" }
  }
}

resource "snowflake_account_role" "this" {
  for_each = local.roles

  name    = "STORE_${upper(each.key)}${var.suffix}"
  comment = each.value
}

resource "snowflake_grant_account_role" "inherited" {
  for_each = local.inherits

  role_name        = snowflake_account_role.this[each.value.role].name
  parent_role_name = snowflake_account_role.this[each.value.parent].name
}

# The alerts, which the administrator owns, read MART.
resource "snowflake_grant_account_role" "administrator_reads_mart" {
  role_name        = snowflake_account_role.this["analyst"].name
  parent_role_name = var.administrator_role
}

# The user that runs Terraform makes the landing tables as the loader, and looks after schemas that it gave away with
# both as secondary roles. The administrator's role has none of them, so that it can write neither RAW nor MART.
resource "snowflake_grant_account_role" "terraform" {
  for_each = toset(["loader", "publisher"])

  role_name = snowflake_account_role.this[each.key].name
  user_name = var.terraform_user
}
