module "stack" {
  source = "../../modules/stack"

  suffix              = ""
  administrator_role  = local.administrator_role
  terraform_user      = local.terraform_user
  contracts_folder    = "${path.module}/../../../contracts"
  data_retention_days = 7

  warehouses = {
    STORE_LOAD        = { comment = "Loads RAW.", size = "XSMALL", monthly_credits = 60, auto_suspend_seconds = 60, statement_timeout_seconds = 3600 }
    STORE_TRANSFORM   = { comment = "Builds STAGING and publishes.", size = "LARGE", monthly_credits = 300, auto_suspend_seconds = 60, statement_timeout_seconds = 7200 }
    STORE_GOLD        = { comment = "Builds GOLD.", size = "XSMALL", monthly_credits = 60, auto_suspend_seconds = 60, statement_timeout_seconds = 3600 }
    STORE_DIAGNOSTICS = { comment = "Builds DIAGNOSTICS.", size = "XSMALL", monthly_credits = 60, auto_suspend_seconds = 60, statement_timeout_seconds = 3600 }
    STORE_READ        = { comment = "Reads MART.", size = "XSMALL", monthly_credits = 60, auto_suspend_seconds = 60, statement_timeout_seconds = 600 }
    STORE_OPERATE     = { comment = "The Sentinel and the alerts.", size = "XSMALL", monthly_credits = 60, auto_suspend_seconds = 60, statement_timeout_seconds = 600 }
  }

  lake_url              = var.lake_url
  landing_url           = var.landing_url
  lake_write_role_arn   = var.lake_write_role_arn
  lake_read_role_arn    = var.lake_read_role_arn
  landing_read_role_arn = var.landing_read_role_arn
  public_keys           = var.public_keys
  allowed_addresses     = var.allowed_addresses
  github_repository     = var.github_repository
  notified_users        = var.notified_users
  alerts_enabled        = true
  alert_recipients      = var.alert_recipients
  alert_limits          = { credits_a_day = 40, lost_rows_share = 0.1, unmatched_share = 0.75, hours_without_run = 30 }

  providers = {
    snowflake                       = snowflake
    snowflake.account_administrator = snowflake.account_administrator
    snowflake.loader                = snowflake.loader
  }
}
