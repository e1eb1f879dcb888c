variable "organization_name" {
  description = "The organization of the account: TF_VAR_organization_name."
  type        = string
}

variable "account_name" {
  description = "The account in the organization: TF_VAR_account_name."
  type        = string
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
  description = "RSA public keys of the service users, by short name; never a private key."
  type        = map(object({ current = string, next = optional(string) }))
  sensitive   = true
}

variable "alert_recipients" {
  description = "Verified addresses of users of the account, that alerts are sent to."
  type        = list(string)
  sensitive   = true
}

variable "notified_users" {
  description = "Users of the account whom resource monitors write to."
  type        = set(string)
  default     = []
}

variable "allowed_addresses" {
  description = "Addresses (CIDR) from where service users may connect; none means from anywhere."
  type        = set(string)
  default     = []
}

variable "github_repository" {
  description = "The repository whose pull requests are built in clones of production, owner/name; empty: none are."
  type        = string
  default     = ""
}
