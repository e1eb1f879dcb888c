"""Imported once by the fork server of dbt: builds what every dbt command else builds anew, most of a second."""

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.contracts import project
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import GenericTestNode, HookNode, ModelNode, SeedNode

for contract in (
    *(project.Project, project.ProfileConfig, project.ProjectFlags, project.Configuration, DuckDBCredentials),
    *(GenericTestNode, HookNode, ModelNode, SeedNode),
):
    contract.json_schema()
# Packing builds the code of all parts.
Manifest.from_msgpack(Manifest().to_msgpack())
