variable "database" {
  description = "Name of the database."
  type        = string
}

variable "contracts_folder" {
  description = "The folder of the table contracts."
  type        = string
}

variable "external_volume" {
  description = "Where the Iceberg tables are written."
  type        = string
}
