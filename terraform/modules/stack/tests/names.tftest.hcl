mock_provider "snowflake" {}

mock_provider "snowflake" {
  alias = "account_administrator"
}

mock_provider "snowflake" {
  alias = "loader"
}

variables {
  suffix                = "_TEST"
  administrator_role    = "STORE_ADMINISTRATOR_TEST"
  terraform_user        = "STORE_TERRAFORM_TEST"
  contracts_folder      = "../../../contracts"
  data_retention_days   = 1
  lake_url              = "s3://lake/"
  landing_url           = "s3://landing/"
  lake_write_role_arn   = "write"
  lake_read_role_arn    = "read"
  landing_read_role_arn = "landing"
  allowed_addresses     = []
  github_repository     = "example/store-matching"
  notified_users        = []
  alerts_enabled        = false
  alert_recipients      = ["team@example.com"]
  alert_limits          = { credits_a_day = 1, lost_rows_share = 0.1, unmatched_share = 0.5, hours_without_run = 30 }
  public_keys = {
    loader      = { current = "MIILoader" }
    transformer = { current = "MIITransformer", next = "MIINext" }
    publisher   = { current = "MIIPublisher" }
    sentinel    = { current = "MIISentinel" }
    reader      = { current = "MIIReader" }
    review      = { current = "MIIReview" }
  }
  warehouses = {
    for name in ["STORE_LOAD", "STORE_TRANSFORM", "STORE_GOLD", "STORE_DIAGNOSTICS", "STORE_READ", "STORE_OPERATE"] :
    name => { comment = "", size = "XSMALL", monthly_credits = 1, auto_suspend_seconds = 60, statement_timeout_seconds = 60 }
  }
}

run "every_name_of_the_account_carries_the_suffix" {
  command = plan

  assert {
    condition     = output.database == "STORE_MATCHING_TEST"
    error_message = "The database is called ${output.database}."
  }
  assert {
    condition = alltrue([
      for name in concat(values(output.roles), values(output.users), values(output.warehouses), [output.external_volume]) :
      startswith(name, "STORE_") && endswith(name, "_TEST")
    ])
    error_message = "A name of the account has no suffix: two environments in one account would share it."
  }
}

run "production_has_the_names_of_the_dbt_profile" {
  command = plan
  variables {
    suffix = ""
  }
  assert {
    condition = (
      output.database == "STORE_MATCHING"
      && output.roles.transformer == "STORE_TRANSFORMER"
      && output.warehouses.STORE_TRANSFORM == "STORE_TRANSFORM"
    )
    error_message = "profiles.example.yml takes STORE_MATCHING, STORE_TRANSFORMER and STORE_TRANSFORM when nothing is set."
  }
}

run "a_suffix_of_small_letters_is_refused" {
  command = plan
  variables {
    suffix = "-dev"
  }
  expect_failures = [var.suffix]
}
