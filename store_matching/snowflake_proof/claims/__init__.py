"""Every claim, in the order in which it is tried: single statements first, the whole flow last."""

from store_matching.snowflake_proof.claims import (
    end_to_end,
    functions,
    metadata_format,
    project_roles,
    python_model,
    rights,
    storage,
    table_metadata,
    version_reads,
    version_tags,
)
from store_matching.snowflake_proof.verdicts import Claim

GROUPS = {
    "functions": functions.CLAIMS,
    "rights": rights.CLAIMS,
    "project_roles": project_roles.CLAIMS,
    "table_metadata": table_metadata.CLAIMS,
    "version_reads": version_reads.CLAIMS,
    "version_tags": version_tags.CLAIMS,
    "storage": storage.CLAIMS,
    "metadata_format": metadata_format.CLAIMS,
    "end_to_end": end_to_end.CLAIMS,
    "python_model": python_model.CLAIMS,
}
ALL: tuple[Claim, ...] = tuple(claim for claims in GROUPS.values() for claim in claims)
