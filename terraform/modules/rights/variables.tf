variable "roles" {
  description = "Names of the roles, by short name."
  type = object({
    loader      = string
    transformer = string
    publisher   = string
    analyst     = string
    steward     = string
    sentinel    = string
    ci          = string
  })
}

variable "administrator_role" {
  description = "The role that Terraform runs as, made by bootstrap.sql."
  type        = string
}

variable "database" {
  description = "Quoted name of the database."
  type        = string
}

variable "schemas" {
  description = "Quoted full names of the schemas, by name."
  type        = map(string)
}

variable "external_volume" {
  description = "Name of the external volume."
  type        = string
}

variable "integrations" {
  description = "Names of the storage integrations."
  type        = object({ lake = string, landing = string })
}

variable "warehouses" {
  description = "Names of the warehouses, by name without suffix."
  type        = map(string)
}
