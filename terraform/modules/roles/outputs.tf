output "roles" {
  description = "The name of each role in the account, by its short name."
  value       = { for name, role in snowflake_account_role.this : name => role.name }
}
