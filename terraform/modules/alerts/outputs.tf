output "alerts" {
  description = "Quoted full names of the alerts."
  value       = [for alert in snowflake_alert.this : alert.fully_qualified_name]
}
