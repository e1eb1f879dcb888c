variable "suffix" {
  description = "What stands behind each name, such as \"_DEV\"; empty in production."
  type        = string
}

variable "database" {
  description = "Name of the database."
  type        = string
}

variable "roles" {
  description = "Names of the roles, by short name."
  type        = map(string)
}

variable "warehouses" {
  description = "Names of the warehouses, by name without suffix."
  type        = map(string)
}

variable "public_keys" {
  description = "RSA public key of each service user, without header and line breaks; `next` is the one that it changes to."
  type = object({
    loader      = object({ current = string, next = optional(string) })
    transformer = object({ current = string, next = optional(string) })
    publisher   = object({ current = string, next = optional(string) })
    sentinel    = object({ current = string, next = optional(string) })
    reader      = object({ current = string, next = optional(string) })
    review      = object({ current = string, next = optional(string) })
  })
  sensitive = true

  validation {
    condition = alltrue([
      for key in flatten([for pair in values(var.public_keys) : [pair.current, coalesce(pair.next, pair.current)]]) :
      can(regex("^MII[A-Za-z0-9+/]+=*$", key))
    ])
    error_message = "A public key is one line of base64 that begins with MII, with no header; never give a private key."
  }
  validation {
    condition     = length(distinct([for pair in values(var.public_keys) : pair.current])) == length(values(var.public_keys))
    error_message = "Each service user needs a key of its own."
  }
}

variable "allowed_addresses" {
  description = "Addresses (CIDR) from where service users may connect; none means from anywhere."
  type        = set(string)
}

variable "github_repository" {
  description = "The repository whose pull requests are built here, owner/name; empty where none are: no user for them."
  type        = string

  validation {
    condition     = can(regex("^([A-Za-z0-9-]+/[A-Za-z0-9._-]+)?$", var.github_repository))
    error_message = "github_repository is owner/name: with a wildcard or a colon in it other workflows could sign in."
  }
}
