terraform {
  required_version = ">= 1.9"
  required_providers {
    snowflake = {
      source  = "snowflakedb/snowflake"
      version = "2.20.0"
      # Only an account administrator may make resource monitors and give them to warehouses; who makes a table owns it,
      # and the landing tables must be the loader's.
      configuration_aliases = [snowflake.account_administrator, snowflake.loader]
    }
  }
}
