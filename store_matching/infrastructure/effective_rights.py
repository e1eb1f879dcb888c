"""What each role may do on each object of the matrix: direct rights, inherited ones, and what ownership brings.

An object is named as the matrix names it: 'account', 'database', 'warehouse STORE_READ', 'schema GOLD', 'relations in
GOLD' (what is there and what will come, each kind), 'OPS.RUNS', 'stage OPS.CODE', …; names carry no suffix of an
environment.
"""

from __future__ import annotations

from itertools import product

from store_matching.infrastructure.granted_rights import PRIVILEGES, Granted, Thing


def rows(found: Granted) -> dict[str, str]:
    """Return the kind of each row that the matrix must have."""
    return {thing.matrix_name(): thing.kind for thing in found.things}


def cells(found: Granted, roles: tuple[str, ...]) -> dict[tuple[str, str, str], bool | None]:
    """Return for each (row, role, privilege) whether it is allowed; None where it is on some of the row's objects."""
    by_row: dict[str, set[str]] = {}
    for thing in found.things:
        by_row.setdefault(thing.matrix_name(), set()).add(thing.name)
    allowed = effective(found)
    answers = {}
    for (row, kind), role in product(rows(found).items(), roles):
        for privilege in PRIVILEGES[kind]:
            on = {name for name in by_row[row] if (role, row, privilege, name) in allowed}
            answers[row, role, privilege] = None if on and on != by_row[row] else bool(on)
    return answers


def effective(found: Granted) -> set[tuple[str, str, str, str]]:
    """Return (role, matrix row, privilege, object) of everything that is allowed, on each of the row's objects.

    Raises ValueError for a privilege that no row has.
    """
    for _, thing, privilege in found.direct:
        if privilege not in PRIVILEGES[thing.kind]:
            raise ValueError(f"{privilege} on {thing.matrix_name()} is no privilege that the matrix has")
        if thing not in found.things:
            raise ValueError(
                f"{privilege} is granted on {thing.matrix_name()} ({thing.name}), which Terraform does not make"
            )
    rights = _inherited(found)
    rights |= {
        (role, thing, implied)
        for role, thing, privilege in rights
        if privilege == "OWNERSHIP"
        for implied in PRIVILEGES[thing.kind]
    }
    usable = {
        (role, thing.name) for role, thing, privilege in rights if thing.kind == "schema" and privilege == "USAGE"
    }
    entering = {role for role, thing, privilege in rights if thing.kind == "database" and privilege == "USAGE"}
    return {
        (role, thing.matrix_name(), privilege, thing.name)
        for role, thing, privilege in rights
        if not thing.schema or ((role, thing.schema) in usable and role in entering)
    }


def _inherited(found: Granted) -> set[tuple[str, Thing, str]]:
    rights, new = set(), set(found.direct)
    while new:
        rights |= new
        new = {
            (parent, thing, privilege)
            for role, thing, privilege in new
            for parent in found.parents.get(role, ())
            if (parent, thing, privilege) not in rights
        }
    return rights
