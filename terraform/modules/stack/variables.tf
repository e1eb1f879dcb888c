variable "suffix" {
  description = "What stands behind each name of the account, such as \"_DEV\"; empty in production."
  type        = string

  validation {
    condition     = can(regex("^(_[A-Z]+)?$", var.suffix))
    error_message = "suffix must be empty or an underscore and capitals."
  }
}

variable "administrator_role" {
  description = "The role that Terraform runs as, made by bootstrap.sql."
  type        = string
}

variable "terraform_user" {
  description = "The user that Terraform runs as, made by bootstrap.sql."
  type        = string
}

variable "contracts_folder" {
  description = "The folder of the table contracts."
  type        = string
}

variable "warehouses" {
  description = "The warehouses (modules/compute)."
  type = map(object({
    comment                   = string
    size                      = string
    monthly_credits           = number
    auto_suspend_seconds      = number
    statement_timeout_seconds = number
  }))
}

variable "notified_users" {
  description = "Users whom resource monitors write to."
  type        = set(string)
}

variable "data_retention_days" {
  description = "Days for which Snowflake keeps what was dropped or changed."
  type        = number
}

variable "lake_url" {
  description = "Where the Iceberg tables lie, s3://bucket/prefix/."
  type        = string
}

variable "landing_url" {
  description = "Where extracts arrive, s3://bucket/prefix/."
  type        = string
}

variable "lake_write_role_arn" {
  description = "IAM role that reads and writes lake_url."
  type        = string
}

variable "lake_read_role_arn" {
  description = "IAM role that lists and reads lake_url, and no more."
  type        = string
}

variable "landing_read_role_arn" {
  description = "IAM role that lists and reads landing_url, and no more."
  type        = string
}

variable "public_keys" {
  description = "RSA public keys of the service users (modules/users)."
  type        = map(object({ current = string, next = optional(string) }))
  sensitive   = true
}

variable "allowed_addresses" {
  description = "Addresses (CIDR) from where service users may connect; none means from anywhere."
  type        = set(string)
}

variable "alerts_enabled" {
  description = "Whether the alerts look at all."
  type        = bool
}

variable "alert_recipients" {
  description = "Addresses that alerts are sent to."
  type        = list(string)
  sensitive   = true
}

variable "alert_limits" {
  description = "From where an alert speaks (modules/alerts)."
  type = object({
    credits_a_day     = number
    lost_rows_share   = number
    unmatched_share   = number
    hours_without_run = number
  })
}

variable "github_repository" {
  description = "The repository whose pull requests are built here (modules/users)."
  type        = string
}
