locals {
  alerts = {
    CREDITS_OF_A_DAY = {
      comment = "The warehouses have used more credits in a day than they should."
      subject = "more credits than planned"
      guide   = "terraform/README.md"
      # By whole names: environments may share an account, and the suffix of production's names, being none, fits them all.
      values = {
        warehouses = join(", ", [for name in sort(var.watched_warehouses) : "'${name}'"])
        limit      = var.limits.credits_a_day
        database   = var.database
      }
    }
    GOLDEN_STORES_FELL = {
      comment = "A release holds far fewer golden stores than the one before."
      subject = "far fewer golden stores"
      guide   = "docs/snowflake_releases.md"
      values  = { limit = var.limits.lost_rows_share, database = var.database }
    }
    UNMATCHED_SHARE = {
      comment = "Too many golden stores of the active release have one source only."
      subject = "too many unmatched stores"
      guide   = "docs/diagnostics.md"
      values  = { limit = var.limits.unmatched_share, database = var.database }
    }
    LOST_BATCH = {
      comment = "The Sentinel found a batch whose rows are missing from RAW, and nobody has acted."
      subject = "a batch is lost"
      guide   = "docs/sentinel.md"
      values  = { database = var.database }
    }
    RUN_FAILED = {
      comment = "A run of dbt ended badly."
      subject = "a run failed"
      guide   = "docs/snowflake_releases.md"
      values  = { database = var.database }
    }
    NO_RELEASE = {
      comment = "No run has ended well for longer than a night."
      subject = "no run ended well"
      guide   = "docs/snowflake_releases.md"
      values  = { limit = var.limits.hours_without_run, database = var.database }
    }
  }
}

resource "snowflake_email_notification_integration" "this" {
  name               = "STORE_ALERTS${var.suffix}"
  enabled            = true
  allowed_recipients = var.recipients
  comment            = "Where the alerts of store matching are sent."
}

resource "snowflake_alert" "this" {
  for_each = local.alerts

  database  = var.database
  schema    = "OPS"
  name      = each.key
  comment   = each.value.comment
  warehouse = var.warehouse
  enabled   = var.enabled

  condition = trimspace(templatefile("${path.module}/conditions/${lower(each.key)}.sql", each.value.values))
  action = join("", [
    "call system$send_email('${snowflake_email_notification_integration.this.name}', '${join(",", var.recipients)}', ",
    "'${var.database}: ${each.value.subject}', '${each.value.comment} What to do: ${each.value.guide}')",
  ])

  # All at the same minute: each look wakes the warehouse, and together they wake it once.
  alert_schedule {
    cron {
      expression = "0 * * * *"
      time_zone  = "UTC"
    }
  }
}
