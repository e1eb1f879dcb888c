"""The plugin that profiles.yml names: `module: store_matching.dbt_plugin`.

It loads the Iceberg extensions into dbt's DuckDB and gives it one function, `store_matching_lake(action, arguments)`,
by which macros in macros/releases call the package; both are JSON texts.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from store_matching.dbt_lake.actions import ACTIONS, RunContext
from store_matching.lake import LakeError, load_extensions, open_lake
from store_matching.lake.settings import NO_LAKE, lake_settings
from store_matching.releases.mart_views import render_active

FUNCTION = "store_matching_lake"


class Plugin(BasePlugin):
    """Plugin of dbt-duckdb; its config is `{root: <folder, s3://bucket/prefix or none>}`."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Read the lake's root; nothing is opened yet."""
        self.root = str(plugin_config.get("root") or "")

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Load the extensions, so that pinned views can be read by every dbt command, and make the function."""
        self.connection = conn
        if self.root != NO_LAKE:
            load_extensions(conn, s3=lake_settings(self.root or None).is_s3)
            # dbt show and others run no hook: without this they would read MART as this database last knew it.
            with suppress(LakeError), conn.cursor() as cursor:
                render_active(cursor, open_lake(self.root or None, create=False).ops)
        conn.create_function(FUNCTION, self.call, ["VARCHAR", "VARCHAR"], "VARCHAR", side_effects=True)

    def call(self, action: str, arguments: str) -> str:
        """Run one action of `store_matching.dbt_lake.actions` and return its result as JSON.

        An error comes back as {"error": …}: DuckDB would wrap an exception in words of its own.
        """
        try:
            if self.root == NO_LAKE:
                return json.dumps({"without_lake": True})
            # A cursor of its own: this runs inside a query of dbt's.
            with self.connection.cursor() as cursor:
                context = RunContext(open_lake(self.root or None, create=action == "prepare_run"), cursor)
                return json.dumps(ACTIONS[action](context, **json.loads(arguments)))
        except LakeError as error:
            return json.dumps({"error": str(error)})
