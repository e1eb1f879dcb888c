variable "database" {
  description = "Name of the database."
  type        = string
}

variable "landing_names" {
  description = "Names in RAW of the Iceberg tables, the only ones that may be asked for."
  type        = list(string)
}
