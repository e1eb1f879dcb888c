variable "database" {
  description = "Name of the database."
  type        = string
}

variable "lake_url" {
  description = "Where the Iceberg tables lie."
  type        = string
}

variable "lake_integration" {
  description = "Storage integration that may list and read lake_url."
  type        = string
}
