"""The files of the lake, seen through a stage that may only read: facts §10, 6."""

from __future__ import annotations

from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, NotRun, Unmet

NEEDS = "USAGE on the stage and on its storage integration"


def stage_of(proof: Proof) -> str:
    """Return the stage over the external volume's location. Raises NotRun when none was named."""
    if not proof.stage:
        raise NotRun("no stage was named: --stage @<database>.OPS.LAKE_STAGE, one over the external volume's location")
    return proof.stage


def list_stage(proof: Proof) -> str:
    """LIST answers as the Sentinel reads it, over the prefix of the volume."""
    rows = proof.session.run(f"list '{stage_of(proof)}'")
    if not rows:
        raise Unmet("no file is listed: the stage does not lie over the location of the volume, or that is empty")
    if missing := {"name", "size", "last_modified"} - rows[0].keys():
        raise Unmet(f"the listing lacks {', '.join(sorted(missing))}; it has {', '.join(rows[0])}")
    if "://" not in rows[0]["name"]:
        raise Unmet(f"files are not listed by their whole address: {rows[0]['name']}")
    return f"{len(rows)} files, such as …/{rows[0]['name'].rsplit('/', 1)[-1]}"


def directory_of_stage(proof: Proof) -> str:
    """Whether the stage has a directory table; the Sentinel does not use it, because it is as old as its refresh."""
    stage = stage_of(proof)
    count = proof.session.value(f"select count(*) from directory({stage})")
    return f"the directory table has {count} files"


CLAIMS = (
    Claim("list_stage", "facts §10.6", "LIST works over the prefix of an external volume", NEEDS, list_stage),
    Claim("directory_of_stage", "facts §10.6", "DIRECTORY() answers for that stage", NEEDS, directory_of_stage),
)
