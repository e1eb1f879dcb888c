variable "database" {
  description = "Name of the database."
  type        = string
}

variable "lake_url" {
  description = "Where the Iceberg tables lie."
  type        = string
}

variable "landing_url" {
  description = "Where extracts arrive."
  type        = string
}

variable "integrations" {
  description = "Storage integrations that may read lake_url and landing_url."
  type        = object({ lake = string, landing = string })
}
