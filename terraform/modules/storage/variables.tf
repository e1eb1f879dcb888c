variable "suffix" {
  description = "What stands behind each name, such as \"_DEV\"; empty in production."
  type        = string
}

variable "lake_url" {
  description = "Where the Iceberg tables lie, s3://bucket/prefix/."
  type        = string

  validation {
    condition     = can(regex("^s3://[^/]+/(.+/)?$", var.lake_url))
    error_message = "lake_url must be s3://bucket/prefix/ with a slash at its end."
  }
}

variable "landing_url" {
  description = "Where extracts arrive, s3://bucket/prefix/."
  type        = string

  validation {
    condition     = can(regex("^s3://[^/]+/(.+/)?$", var.landing_url))
    error_message = "landing_url must be s3://bucket/prefix/ with a slash at its end."
  }
  validation {
    condition     = !startswith(var.landing_url, var.lake_url) && !startswith(var.lake_url, var.landing_url)
    error_message = "landing_url and lake_url must not lie in one another: the Sentinel would take extracts for lost files."
  }
}

variable "lake_write_role_arn" {
  description = "IAM role that reads and writes lake_url."
  type        = string
}

variable "lake_read_role_arn" {
  description = "IAM role that lists and reads lake_url, and no more."
  type        = string

  validation {
    condition     = var.lake_read_role_arn != var.lake_write_role_arn
    error_message = "lake_read_role_arn must be another role than lake_write_role_arn: it may only list and read."
  }
}

variable "landing_read_role_arn" {
  description = "IAM role that lists and reads landing_url, and no more."
  type        = string
}
