locals {
  # One per service: a key that leaks opens one door.
  users = {
    loader      = { role = "loader", warehouse = "STORE_LOAD" }
    transformer = { role = "transformer", warehouse = "STORE_TRANSFORM" }
    publisher   = { role = "publisher", warehouse = "STORE_TRANSFORM" }
    sentinel    = { role = "sentinel", warehouse = "STORE_OPERATE" }
    reader      = { role = "analyst", warehouse = "STORE_READ" }
    review      = { role = "steward", warehouse = "STORE_READ" }
  }
}

resource "snowflake_service_user" "this" {
  for_each = local.users

  name                           = "STORE_${upper(each.key)}_SERVICE${var.suffix}"
  default_role                   = var.roles[each.value.role]
  default_warehouse              = var.warehouses[each.value.warehouse]
  default_namespace              = "${var.database}.MAIN"
  default_secondary_roles_option = "NONE"
  rsa_public_key                 = var.public_keys[each.key].current
  rsa_public_key_2               = var.public_keys[each.key].next
  network_policy                 = one(snowflake_network_policy.services[*].fully_qualified_name)
}

# Signs in with the identity of the workflow's job: there is no key that a pull request could take along.
resource "snowflake_service_user" "ci" {
  count = var.github_repository == "" ? 0 : 1

  name                           = "STORE_CI_SERVICE${var.suffix}"
  default_role                   = var.roles.ci
  default_warehouse              = var.warehouses.STORE_TRANSFORM
  default_namespace              = "${var.database}.MAIN"
  default_secondary_roles_option = "NONE"
  network_policy                 = one(snowflake_network_policy.services[*].fully_qualified_name)

  default_workload_identity {
    oidc {
      issuer  = "https://token.actions.githubusercontent.com"
      subject = "repo:${var.github_repository}:environment:snowflake-ci"
    }
  }
}

resource "snowflake_grant_account_role" "ci" {
  count = length(snowflake_service_user.ci)

  role_name = var.roles.ci
  user_name = snowflake_service_user.ci[count.index].name
}

resource "snowflake_grant_account_role" "this" {
  for_each = local.users

  role_name = var.roles[each.value.role]
  user_name = snowflake_service_user.this[each.key].name
}

resource "snowflake_network_policy" "services" {
  count = length(var.allowed_addresses) > 0 ? 1 : 0

  name            = "STORE_SERVICES${var.suffix}"
  comment         = "From where the service users of store matching may connect."
  allowed_ip_list = var.allowed_addresses
}
