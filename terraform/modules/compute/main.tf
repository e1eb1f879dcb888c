resource "snowflake_resource_monitor" "this" {
  for_each = var.warehouses

  name                      = "${each.key}${var.suffix}"
  credit_quota              = each.value.monthly_credits
  frequency                 = "MONTHLY"
  start_timestamp           = "IMMEDIATELY"
  notify_triggers           = [50, 80]
  suspend_trigger           = 100
  suspend_immediate_trigger = 110
  notify_users              = var.notified_users
}

resource "snowflake_warehouse" "this" {
  for_each = var.warehouses

  name                         = "${each.key}${var.suffix}"
  comment                      = each.value.comment
  warehouse_size               = each.value.size
  auto_suspend                 = each.value.auto_suspend_seconds
  auto_resume                  = "true"
  initially_suspended          = true
  statement_timeout_in_seconds = each.value.statement_timeout_seconds
  resource_monitor             = snowflake_resource_monitor.this[each.key].fully_qualified_name
}
