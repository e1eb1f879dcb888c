mock_provider "snowflake" {}

variables {
  suffix                = ""
  database              = "STORE_MATCHING"
  lake_url              = "s3://bucket/lake/"
  landing_url           = "s3://bucket/landing/"
  lake_write_role_arn   = "write"
  lake_read_role_arn    = "read"
  landing_read_role_arn = "landing"
}

run "extracts_inside_the_lake_are_refused" {
  command = plan
  module {
    source = "../storage"
  }
  variables {
    landing_url = "s3://bucket/lake/landing/"
  }
  expect_failures = [var.landing_url]
}

run "a_url_without_a_slash_at_its_end_is_refused" {
  command = plan
  module {
    source = "../storage"
  }
  variables {
    lake_url = "s3://bucket/lake"
  }
  expect_failures = [var.lake_url]
}

run "reading_as_the_writer_is_refused" {
  command = plan
  module {
    source = "../storage"
  }
  variables {
    lake_read_role_arn = "write"
  }
  expect_failures = [var.lake_read_role_arn]
}

run "a_warehouse_without_a_limit_is_refused" {
  command = plan
  module {
    source = "../compute"
  }
  variables {
    notified_users = []
    warehouses = {
      STORE_LOAD = { comment = "", size = "XSMALL", monthly_credits = 0, auto_suspend_seconds = 60, statement_timeout_seconds = 60 }
    }
  }
  expect_failures = [var.warehouses]
}

run "a_warehouse_that_never_stops_is_refused" {
  command = plan
  module {
    source = "../compute"
  }
  variables {
    notified_users = []
    warehouses = {
      STORE_LOAD = { comment = "", size = "XSMALL", monthly_credits = 1, auto_suspend_seconds = 0, statement_timeout_seconds = 60 }
    }
  }
  expect_failures = [var.warehouses]
}

run "no_time_travel_is_refused" {
  command = plan
  module {
    source = "../database"
  }
  variables {
    name                = "STORE_MATCHING"
    schemas             = {}
    external_volume     = "STORE_LAKE"
    data_retention_days = 0
  }
  expect_failures = [var.data_retention_days]
}

run "a_share_in_percent_is_refused" {
  command = plan
  module {
    source = "../alerts"
  }
  variables {
    warehouse          = "STORE_OPERATE"
    watched_warehouses = ["STORE_OPERATE"]
    enabled            = true
    recipients         = ["team@example.com"]
    limits             = { credits_a_day = 1, lost_rows_share = 10, unmatched_share = 75, hours_without_run = 30 }
  }
  expect_failures = [var.limits]
}

run "alerts_to_nobody_are_refused" {
  command = plan
  module {
    source = "../alerts"
  }
  variables {
    warehouse          = "STORE_OPERATE"
    watched_warehouses = ["STORE_OPERATE"]
    enabled            = true
    recipients         = []
    limits             = { credits_a_day = 1, lost_rows_share = 0.1, unmatched_share = 0.5, hours_without_run = 30 }
  }
  expect_failures = [var.recipients]
}

run "a_private_key_is_refused" {
  command = plan
  module {
    source = "../users"
  }
  variables {
    allowed_addresses = []
    github_repository = ""
    roles             = { loader = "L", transformer = "T", publisher = "P", sentinel = "S", analyst = "A", steward = "D", ci = "C" }
    warehouses        = { STORE_LOAD = "L", STORE_TRANSFORM = "T", STORE_OPERATE = "O", STORE_READ = "R" }
    public_keys = {
      loader      = { current = "-----BEGIN PRIVATE KEY-----" }
      transformer = { current = "MIITransformer" }
      publisher   = { current = "MIIPublisher" }
      sentinel    = { current = "MIISentinel" }
      reader      = { current = "MIIReader" }
      review      = { current = "MIIReview" }
    }
  }
  expect_failures = [var.public_keys]
}

run "one_key_for_two_users_is_refused" {
  command = plan
  module {
    source = "../users"
  }
  variables {
    allowed_addresses = []
    github_repository = ""
    roles             = { loader = "L", transformer = "T", publisher = "P", sentinel = "S", analyst = "A", steward = "D", ci = "C" }
    warehouses        = { STORE_LOAD = "L", STORE_TRANSFORM = "T", STORE_OPERATE = "O", STORE_READ = "R" }
    public_keys = {
      loader      = { current = "MIISame" }
      transformer = { current = "MIISame" }
      publisher   = { current = "MIIPublisher" }
      sentinel    = { current = "MIISentinel" }
      reader      = { current = "MIIReader" }
      review      = { current = "MIIReview" }
    }
  }
  expect_failures = [var.public_keys]
}

run "a_repository_of_any_name_is_refused" {
  command = plan
  module {
    source = "../users"
  }
  variables {
    allowed_addresses = []
    github_repository = "example/*"
    roles             = { loader = "L", transformer = "T", publisher = "P", sentinel = "S", analyst = "A", steward = "D", ci = "C" }
    warehouses        = { STORE_LOAD = "L", STORE_TRANSFORM = "T", STORE_OPERATE = "O", STORE_READ = "R" }
    public_keys = {
      loader      = { current = "MIILoader" }
      transformer = { current = "MIITransformer" }
      publisher   = { current = "MIIPublisher" }
      sentinel    = { current = "MIISentinel" }
      reader      = { current = "MIIReader" }
      review      = { current = "MIIReview" }
    }
  }
  expect_failures = [var.github_repository]
}
