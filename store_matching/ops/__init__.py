"""OPS: the tables that runs, releases, triggers and findings are recorded in, reached by every process at once."""

from store_matching.ops.store import OpsStore

__all__ = ["OpsStore"]
