"""What only an account of Snowflake can show, claim by claim in a scratch database: scripts/verify_snowflake.py."""
