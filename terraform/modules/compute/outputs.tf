output "warehouses" {
  description = "The name of each warehouse in the account, by its name without suffix."
  value       = { for name, warehouse in snowflake_warehouse.this : name => warehouse.name }
}
