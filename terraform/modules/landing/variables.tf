variable "database" {
  description = "Name of the database."
  type        = string
}

variable "landing_names" {
  description = "Names in RAW of the Iceberg tables, the only ones that may be asked for."
  type        = list(string)
}

variable "landing_url" {
  description = "Where extracts arrive."
  type        = string
}

variable "landing_integration" {
  description = "Storage integration that may read landing_url."
  type        = string
}
