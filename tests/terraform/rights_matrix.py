"""terraform/rights_matrix.csv, and in what the rights that a state grants differ from it."""

import csv
from itertools import product

from store_matching.infrastructure.effective_rights import cells, effective, rows
from store_matching.infrastructure.environment_names import DATABASE, PUBLIC
from store_matching.infrastructure.granted_rights import PRIVILEGES, Granted, granted
from store_matching.infrastructure.offline_terraform import PROJECT

MATRIX = PROJECT / "terraform" / "rights_matrix.csv"
# What each user may become; the last is Terraform's own.
USERS = {
    "STORE_LOADER_SERVICE": {"loader"},
    "STORE_TRANSFORMER_SERVICE": {"transformer"},
    "STORE_PUBLISHER_SERVICE": {"publisher"},
    "STORE_SENTINEL_SERVICE": {"sentinel"},
    "STORE_READER_SERVICE": {"analyst"},
    "STORE_REVIEW_SERVICE": {"steward"},
    "STORE_TERRAFORM": {"loader", "publisher"},
}
# In production alone: an identity belongs to one user of an account.
BUILDS_PULL_REQUESTS = {"STORE_CI_SERVICE": {"ci"}}


def expected() -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    """The roles, and by row and role what the matrix says."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lines = {line["object"]: line for line in reader}
        return tuple(reader.fieldnames[1:]), lines


def expected_cells(found: Granted) -> dict[tuple[str, str, str], bool]:
    roles, lines = expected()
    answers = {}
    for (row, kind), role in product(rows(found).items(), roles):
        text = lines[row][role]
        names = {"none": (), "all": PRIVILEGES[kind]}.get(text) or tuple(filter(None, text.split(" + ")))
        names = () if text == "none" else names
        assert set(names) <= set(PRIVILEGES[kind]), f"{row}, {role}: {text}"
        answers |= {(row, role, privilege): privilege in names for privilege in PRIVILEGES[kind]}
    return answers


def differences(state: dict) -> list[str]:
    """The cells in which a state differs from the matrix, and roles and users that it does not know, in words."""
    found = granted(state)
    roles = expected()[0]
    actual, wanted = cells(found, roles), expected_cells(found)
    suffix = state["values"]["outputs"]["settings"]["value"]["database"].removeprefix(DATABASE)
    users = {f"{user}{suffix}": given for user, given in USERS.items()} | ({} if suffix else BUILDS_PULL_REQUESTS)
    usable = effective(found)
    return [
        # It would come to life with a right to the schema, where nobody looks for it.
        *(
            f"{role} {privilege} {thing.matrix_name()}: granted, but of no use"
            for role, thing, privilege in sorted(found.direct, key=str)
            if (role, thing.matrix_name(), privilege, thing.name) not in usable
        ),
        *(f"{role}: not in the matrix" for role in sorted(found.roles() - {*roles, PUBLIC})),
        *(
            f"{user}: {sorted(found.users.get(user, ()))}"
            for user in sorted(found.users.keys() | users.keys())
            if found.users.get(user) != users.get(user)
        ),
    ] + [
        f"{role} {privilege} {row}: {'allowed' if allowed else 'refused' if allowed is False else 'on some of it'}"
        for (row, role, privilege), allowed in actual.items()
        if allowed is not wanted[row, role, privilege]
    ]
