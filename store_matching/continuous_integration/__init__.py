"""What the workflows need besides dbt and the tests: comments, the state of production, sign-in, Terraform."""
