variable "name" {
  description = "Name of the database."
  type        = string
}

variable "schemas" {
  description = "The schemas but MART, with their comments."
  type        = map(string)
}

variable "data_retention_days" {
  description = "How many days Snowflake keeps what was dropped or changed: 0 or 1 in the Standard edition, up to 90 in others."
  type        = number

  validation {
    condition     = var.data_retention_days >= 1 && var.data_retention_days <= 90
    error_message = "data_retention_days must lie between 1 and 90: at 0 no landing table can be read as a release read it."
  }
}

variable "external_volume" {
  description = "Where Iceberg tables are written that name no volume."
  type        = string
}
