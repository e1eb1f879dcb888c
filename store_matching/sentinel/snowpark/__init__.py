"""The Sentinel inside Snowflake: from a Python model, with what Snowpark and Avro give."""
