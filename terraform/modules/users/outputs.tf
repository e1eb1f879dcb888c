output "users" {
  description = "The name of each service user, by its short name."
  value = merge(
    { for name, user in snowflake_service_user.this : name => user.name },
    { for user in snowflake_service_user.ci : "ci" => user.name },
  )
}
