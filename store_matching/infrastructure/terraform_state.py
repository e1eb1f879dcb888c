"""Read what `terraform show -json` prints of a state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def resources(state: dict[str, Any], kind: str | None = None) -> list[dict[str, Any]]:
    """Return the resources of a type, by default of every type, each with its address, type, index and values."""
    found = _resources(state["values"]["root_module"])
    return [resource for resource in found if kind in (None, resource["type"])]


def with_aliases(state: dict[str, Any], state_file: dict[str, Any]) -> dict[str, Any]:
    """Add to each resource the alias of its provider, '' where it has none; only the state file knows it."""
    aliases = {}
    for made in state_file["resources"]:
        address = ".".join(filter(None, (made.get("module"), made["type"], made["name"])))
        aliases[address] = made["provider"].rpartition("]")[2].removeprefix(".")
    for resource in resources(state):
        resource["provider_alias"] = aliases[resource["address"].partition("[")[0]]
    return state


def remove_resource(state: dict[str, Any], removed: dict[str, Any]) -> None:
    """Take one of a state's resources out of it."""
    modules = [state["values"]["root_module"]]
    while modules:
        module = modules.pop()
        module["resources"] = [resource for resource in module.get("resources", ()) if resource is not removed]
        modules += module.get("child_modules", ())


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from _resources(child)
