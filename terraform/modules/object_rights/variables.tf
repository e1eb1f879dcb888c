variable "roles" {
  description = "Names of the roles, by short name."
  type        = map(string)
}

variable "tables" {
  description = "Tables that Terraform makes, as modules/tables tells them."
  type = map(object({
    fully_qualified_name = string
    object_type          = string
    schema               = string
    rights               = map(list(string))
  }))
}

variable "stages" {
  description = "Quoted full names of the stages."
  type        = object({ lake = string, packages = string })
}

variable "procedure" {
  description = "Quoted full name of the Sentinel's procedure."
  type        = string
}
