variable "suffix" {
  description = "What stands behind each name, such as \"_DEV\"; empty in production."
  type        = string
}

variable "warehouses" {
  description = "By name without suffix: the size, what it costs at most in a month (credits), and when it stops."
  type = map(object({
    comment                   = string
    size                      = string
    monthly_credits           = number
    auto_suspend_seconds      = number
    statement_timeout_seconds = number
  }))

  validation {
    condition     = alltrue([for warehouse in values(var.warehouses) : warehouse.monthly_credits > 0])
    error_message = "Each warehouse needs a monthly limit of credits above 0: without one its monitor stops nothing."
  }
  validation {
    condition     = alltrue([for warehouse in values(var.warehouses) : warehouse.auto_suspend_seconds > 0])
    error_message = "auto_suspend_seconds must be above 0: at 0 a warehouse never stops."
  }
}

variable "notified_users" {
  description = "Users whom Snowflake writes to when a limit comes near; each needs a verified address."
  type        = set(string)
}
