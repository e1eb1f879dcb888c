"""A stand-in for the Snowflake provider, for Terraform without a network: plugin protocol 6 over provider_schema.json.

It knows the provider's arguments, their types, which are required, and which resources are in preview; a resource is
"made" by giving its computed attributes values, nothing else happens. It knows nothing of Snowflake: no value of an
argument is checked, but for what `_fault` says. It runs in the environment of requirements/terraform.txt, as one
process that serves every command of a workspace (`--dev`): starting it costs more than most commands.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from tf import runner
from tf.gen import tfplugin_pb2 as pb
from tf.provider import ProviderServicer
from tf.types import Unknown
from tf.utils import read_dynamic_value, to_dynamic_value

SCHEMA = json.loads(Path(__file__).with_name("provider_schema.json").read_text(encoding="utf-8"))
NESTING = {"list": pb.Schema.NestedBlock.LIST, "set": pb.Schema.NestedBlock.SET, "single": pb.Schema.NestedBlock.SINGLE}
# The provider's documentation: any change of an Iceberg table's columns makes the table anew.
REPLACED_BY = {"snowflake_iceberg_table": ("column",)}
# What a name below the database is made of, in this order.
NAME_PARTS = ("database", "schema", "name")
GRANT = "snowflake_grant_privileges_to_account_role"
# The provider's documentation asks for it where a user has a default_workload_identity.
WORKLOAD_IDENTITY = "USER_ENABLE_DEFAULT_WORKLOAD_IDENTITY"


class StubServicer(ProviderServicer):
    """Answers every call from the schema; `app` is not used."""

    # Of every alias of the running command, which asks for the schema first.
    previews: frozenset[str] = frozenset()
    # Of every command so far: the one alias that enables any may be configured before another asks for the schema.
    experiments: frozenset[str] = frozenset()

    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        self.previews = frozenset()
        return pb.GetProviderSchema.Response(
            provider=_schema(SCHEMA["provider"]),
            provider_meta=pb.Schema(block=pb.Schema.Block()),
            resource_schemas={name: _schema(block) for name, block in SCHEMA["resources"].items()},
        )

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        fault = _fault(request.type_name, read_dynamic_value(request.config))
        return pb.ValidateResourceConfig.Response(diagnostics=_errors(fault))

    def ConfigureProvider(self, request: Any, context: Any) -> Any:
        config = read_dynamic_value(request.config) or {}
        self.previews |= frozenset(config.get("preview_features_enabled") or ())
        self.experiments |= frozenset(config.get("experimental_features_enabled") or ())
        return pb.ConfigureProvider.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:
        return pb.UpgradeResourceState.Response(upgraded_state=to_dynamic_value(json.loads(request.raw_state.json)))

    def ReadResource(self, request: Any, context: Any) -> Any:
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        name = request.type_name
        planned, prior = read_dynamic_value(request.proposed_new_state), read_dynamic_value(request.prior_state)
        if planned is None:
            return pb.PlanResourceChange.Response(planned_state=to_dynamic_value(None))
        feature = f"{name}_resource"
        if SCHEMA["resources"][name]["preview"] and feature not in self.previews:
            fault = f"{feature} is a preview feature and not in preview_features_enabled"
            return pb.PlanResourceChange.Response(diagnostics=_errors(fault))
        if planned.get("default_workload_identity") and WORKLOAD_IDENTITY not in self.experiments:
            fault = f"default_workload_identity wants {WORKLOAD_IDENTITY} in experimental_features_enabled"
            return pb.PlanResourceChange.Response(diagnostics=_errors(fault))
        if prior is None:
            planned |= dict.fromkeys(_computed(name), Unknown)
        replaced = [key for key in REPLACED_BY.get(name, ()) if prior is not None and prior[key] != planned[key]]
        return pb.PlanResourceChange.Response(
            planned_state=to_dynamic_value(planned),
            requires_replace=[pb.AttributePath(steps=[pb.AttributePath.Step(attribute_name=key)]) for key in replaced],
        )

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:
        state = read_dynamic_value(request.planned_state)
        if state is not None:
            name = _full_name(state)
            values = {"fully_qualified_name": name, "id": name}
            state |= {key: values.get(key) for key in _computed(request.type_name) if state[key] is Unknown}
        return pb.ApplyResourceChange.Response(new_state=to_dynamic_value(state))


def _schema(block: dict[str, Any]) -> pb.Schema:
    return pb.Schema(version=0, block=_block(block))


def _block(block: dict[str, Any]) -> pb.Schema.Block:
    return pb.Schema.Block(
        attributes=[
            pb.Schema.Attribute(
                name=attribute["name"],
                type=json.dumps(attribute["type"]).encode(),
                required=attribute["mode"] == "Required",
                optional=attribute["mode"] == "Optional",
                computed=attribute["mode"] == "Read-Only",
                sensitive=bool(attribute.get("sensitive")),
            )
            for attribute in block["attrs"]
        ],
        block_types=[
            pb.Schema.NestedBlock(
                type_name=nested["name"],
                block=_block(nested["block"]),
                nesting=NESTING[nested["nesting"]],
                min_items=nested["min"],
                max_items=nested["max"],
            )
            for nested in block["blocks"]
        ],
    )


def _computed(type_name: str) -> list[str]:
    return [attr["name"] for attr in SCHEMA["resources"][type_name]["attrs"] if attr["mode"] == "Read-Only"]


def _full_name(state: dict[str, Any]) -> str:
    name = ".".join(f'"{state[part]}"' for part in NAME_PARTS if state.get(part))
    if "arguments" in state:
        name += f"({', '.join(argument['arg_data_type'] for argument in state['arguments'])})"
    return name or "none"


def _fault(type_name: str, config: dict[str, Any]) -> str:
    if type_name != GRANT:
        return ""
    targets = [key for key in ("on_account", "on_account_object", "on_schema", "on_schema_object") if config[key]]
    if len(targets) != 1:
        return f"exactly one of on_account, on_account_object, on_schema and on_schema_object is wanted, not {targets}"
    if bool(config["privileges"]) == bool(config["all_privileges"]):
        return "one of privileges and all_privileges is wanted"
    return ""


def _errors(text: str) -> list[pb.Diagnostic]:
    return [pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=text)] if text else []


class Stub:
    """What the framework's runner wants to know of a provider."""

    def full_name(self) -> str:
        return "snowflakedb/snowflake"


if __name__ == "__main__":
    import tf.provider

    # Whoever started this holds the other end of its input: when that is gone, so is the need for it.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    # The runner makes its servicer itself.
    tf.provider.ProviderServicer = StubServicer
    runner.run_provider(Stub(), [*sys.argv, "--dev"])
