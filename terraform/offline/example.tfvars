# Values for plans without an account: nothing of them exists.
organization_name     = "EXAMPLE"
account_name          = "EXAMPLE"
lake_url              = "s3://example-lake/tables/"
landing_url           = "s3://example-landing/extracts/"
lake_write_role_arn   = "arn:aws:iam::123456789012:role/example-lake-write"
lake_read_role_arn    = "arn:aws:iam::123456789012:role/example-lake-read"
landing_read_role_arn = "arn:aws:iam::123456789012:role/example-landing-read"
github_repository     = "example/store-matching"
alert_recipients      = ["data.team@example.com"]
public_keys = {
  loader      = { current = "MIIExampleLoader" }
  transformer = { current = "MIIExampleTransformer" }
  publisher   = { current = "MIIExamplePublisher" }
  sentinel    = { current = "MIIExampleSentinel" }
  reader      = { current = "MIIExampleReader" }
  review      = { current = "MIIExampleReview" }
}
