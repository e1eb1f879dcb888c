"""Read the arguments of a dbt macro from its source."""

from dbt_common.clients.jinja import get_environment
from jinja2 import nodes


def macro_arguments(source: str) -> list[str]:
    """Return the argument names of the one macro or generic test in `source`, in order.

    Raises ValueError when the source holds no macro.
    """
    macro = get_environment().parse(source).find(nodes.Macro)
    if macro is None:
        raise ValueError(f"no macro in: {source.strip()[:80]}")
    return [argument.name for argument in macro.args]
