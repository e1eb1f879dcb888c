output "users" {
  description = "The name of each service user, by its short name."
  value       = { for name, user in snowflake_service_user.this : name => user.name }
}
