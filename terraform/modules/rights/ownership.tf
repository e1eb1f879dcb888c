locals {
  # What dbt makes tables and views in.
  built_schemas = toset(["STAGING", "GOLD", "DIAGNOSTICS", "SCOPE", "PREVIOUS", "RELEASED", "MAIN"])

  # In a schema of managed access objects may belong to roles only that the schema's owner inherits from. The publisher
  # inherits from the transformer; the loader makes the landing tables itself (modules/stack). MART: Snowflake asks for
  # OWNERSHIP of both schemas of ALTER SCHEMA … SWAP WITH, which is how a release is published.
  schema_owners = merge({ for schema in local.built_schemas : schema => "publisher" }, { MART = "publisher", RAW = "loader" })
}

resource "snowflake_grant_ownership" "schemas" {
  for_each = local.schema_owners

  account_role_name   = var.roles[each.value]
  outbound_privileges = "COPY"

  on {
    object_type = "SCHEMA"
    object_name = var.schemas[each.key]
  }
}

# Whatever the publisher's run makes belongs to the transformer, so that the next run, as either of them, can replace it.
resource "snowflake_grant_ownership" "future" {
  for_each = {
    for pair in setproduct(local.built_schemas, local.object_kinds) : "${pair[0]} ${pair[1]}" => {
      schema = pair[0], kind = pair[1]
    }
  }

  account_role_name = var.roles.transformer

  on {
    future {
      object_type_plural = each.value.kind
      in_schema          = var.schemas[each.value.schema]
    }
  }

  depends_on = [snowflake_grant_ownership.schemas]
}
