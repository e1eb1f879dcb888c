variable "suffix" {
  description = "What stands behind each name, such as \"_DEV\"; empty in production."
  type        = string
}

variable "administrator_role" {
  description = "The role that Terraform runs as, made by bootstrap.sql."
  type        = string
}

variable "terraform_user" {
  description = "The user that Terraform runs as, made by bootstrap.sql."
  type        = string
}
