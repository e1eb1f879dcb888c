variable "database" {
  description = "Name of the database."
  type        = string
}

variable "contract" {
  description = "The file of the table contracts of a schema."
  type        = string
}

variable "external_volume" {
  description = "Where the Iceberg tables are written."
  type        = string
}
