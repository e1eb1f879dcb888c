terraform {
  required_version = ">= 1.9"
  required_providers {
    snowflake = {
      source  = "snowflakedb/snowflake"
      version = "2.20.0"
      # Only an account administrator may make resource monitors and give them to warehouses.
      configuration_aliases = [snowflake.account_administrator]
    }
  }
}
