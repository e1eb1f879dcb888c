"""Whether what a comparison says can be believed."""

from __future__ import annotations

from store_matching.errors import LakeError

# From this many files on, a share of strays above this is taken for a mistake of the comparison, not for loss.
SANITY_FILES = 20
SANITY_SHARE = 0.5


def check_sanity(table_name: str, unknown: int, files: int) -> None:
    """Raise LakeError where too many of a table's files are unknown to its metadata.

    unknown: files old enough that no metadata ever named
    files:   files listed
    """
    if unknown >= SANITY_FILES and unknown > SANITY_SHARE * files:
        raise LakeError(
            f"{table_name}: {unknown:,} of {files:,} files in its location are unknown to its "
            "metadata, too many to be believed; nothing was judged\n"
            "  what to do: check that the catalog's table is the one whose files lie there; if it is, scan with "
            "--believe-all"
        )
