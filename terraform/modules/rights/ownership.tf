# Snowflake asks for OWNERSHIP of both schemas of ALTER SCHEMA … SWAP WITH, which is how a release is published.
resource "snowflake_grant_ownership" "mart" {
  account_role_name   = var.roles.publisher
  outbound_privileges = "COPY"

  on {
    object_type = "SCHEMA"
    object_name = var.schemas.MART
  }
}

resource "snowflake_grant_ownership" "landing_tables" {
  for_each = { for name, table in var.tables : name => table if table.schema == "RAW" }

  account_role_name   = var.roles.loader
  outbound_privileges = "COPY"

  on {
    object_type = each.value.object_type
    object_name = each.value.fully_qualified_name
  }
}

# The Sentinel's procedure acts as its owner, and only the owner of a landing table may ask for its metadata.
resource "snowflake_grant_ownership" "procedure" {
  account_role_name   = var.roles.loader
  outbound_privileges = "COPY"

  on {
    object_type = "PROCEDURE"
    object_name = var.procedure
  }
}

# Whatever the publisher's run makes in a schema of the transformer belongs to the transformer, so that the next run,
# as either of them, can replace it.
resource "snowflake_grant_ownership" "future" {
  for_each = merge(
    {
      for pair in setproduct(local.built_schemas, local.object_kinds) :
      "transformer ${pair[0]} ${pair[1]}" => { role = "transformer", schema = pair[0], kind = pair[1] }
    },
    {
      for kind in local.object_kinds :
      "loader RAW ${kind}" => { role = "loader", schema = "RAW", kind = kind }
    },
  )

  account_role_name = var.roles[each.value.role]

  on {
    future {
      object_type_plural = each.value.kind
      in_schema          = var.schemas[each.value.schema]
    }
  }
}
