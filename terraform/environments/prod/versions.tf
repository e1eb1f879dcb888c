terraform {
  required_version = ">= 1.9"

  required_providers {
    snowflake = {
      source  = "snowflakedb/snowflake"
      version = "2.20.0"
    }
  }

  # Where the state lies is given to `terraform init` (README): it differs by company, and it must be encrypted.
  backend "s3" {}
}
