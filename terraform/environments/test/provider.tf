locals {
  administrator_role = "STORE_ADMINISTRATOR_TEST"
  terraform_user     = "STORE_TERRAFORM_TEST"
  preview_features   = keys(yamldecode(file("${path.module}/../../preview_features.yml")))
}

# The private key comes from SNOWFLAKE_PRIVATE_KEY: a variable would be written into plan files.
provider "snowflake" {
  organization_name        = var.organization_name
  account_name             = var.account_name
  user                     = local.terraform_user
  authenticator            = "SNOWFLAKE_JWT"
  role                     = local.administrator_role
  preview_features_enabled = local.preview_features

  # For the identity of the user that builds pull requests (modules/users).
  experimental_features_enabled = ["USER_ENABLE_DEFAULT_WORKLOAD_IDENTITY"]
}

provider "snowflake" {
  alias = "account_administrator"

  organization_name = var.organization_name
  account_name      = var.account_name
  user              = local.terraform_user
  authenticator     = "SNOWFLAKE_JWT"
  role              = "ACCOUNTADMIN"
}

provider "snowflake" {
  alias = "loader"

  organization_name        = var.organization_name
  account_name             = var.account_name
  user                     = local.terraform_user
  authenticator            = "SNOWFLAKE_JWT"
  role                     = "STORE_LOADER_TEST"
  preview_features_enabled = local.preview_features
}
