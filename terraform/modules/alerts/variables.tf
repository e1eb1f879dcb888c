variable "suffix" {
  description = "What stands behind each name, such as \"_DEV\"; empty in production."
  type        = string
}

variable "database" {
  description = "Name of the database."
  type        = string
}

variable "warehouse" {
  description = "Name of the warehouse that looks."
  type        = string
}

variable "watched_warehouses" {
  description = "Whole names of the warehouses whose credits are watched."
  type        = set(string)

  validation {
    condition     = length(var.watched_warehouses) > 0 && alltrue([for name in var.watched_warehouses : can(regex("^[A-Z0-9_]+$", name))])
    error_message = "watched_warehouses must be names of capitals, digits and underscores, at least one."
  }
}

variable "enabled" {
  description = "Whether the alerts look at all; each look wakes the warehouse."
  type        = bool
}

variable "recipients" {
  description = "Addresses of users of the account, verified, that alerts are sent to."
  type        = list(string)
  sensitive   = true

  validation {
    condition     = length(var.recipients) > 0 && alltrue([for address in var.recipients : can(regex("^[^@'\\s]+@[^@'\\s]+$", address))])
    error_message = "recipients must be addresses of e-mail, at least one."
  }
}

variable "limits" {
  description = "From where an alert speaks: credits in 24 hours, shares between 0 and 1, hours."
  type = object({
    credits_a_day     = number
    lost_rows_share   = number
    unmatched_share   = number
    hours_without_run = number
  })

  validation {
    condition     = alltrue([for share in [var.limits.lost_rows_share, var.limits.unmatched_share] : share > 0 && share < 1])
    error_message = "lost_rows_share and unmatched_share must lie between 0 and 1."
  }
}
