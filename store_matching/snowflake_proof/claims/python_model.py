"""The project's Python model, which imports the package from a stage."""

from __future__ import annotations

import shutil

from store_matching.operations.package_zip import put_package, write_package_zip
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.proof_project import PYTHON_MODEL
from store_matching.snowflake_proof.verdicts import Claim, NotRun, Refused

NEEDS = "CREATE STAGE on schema OPS, CREATE PROCEDURE on schema DIAGNOSTICS; Anaconda's terms accepted"


def python_model(proof: Proof) -> str:
    """The model orphan_files runs by Snowpark, the package as scripts/deploy_package.py puts it."""
    source, folder = proof.project.source, proof.project.folder
    if not (source / PYTHON_MODEL).exists() or not (source / "store_matching").is_dir():
        raise NotRun(f"{source} has no {PYTHON_MODEL}, or no package to put on a stage")
    stage = f"@{proof.scratch.database}.OPS.CODE"
    proof.session.run(f"create stage if not exists {stage[1:]}")
    file = write_package_zip(source, folder / "package")
    try:
        put_package(proof.session.run, file, stage)
    except Exception as error:
        raise Refused(str(error), getattr(error.__cause__, "number", None)) from error
    stand_in = (folder / PYTHON_MODEL).with_suffix(".sql")
    kept = stand_in.read_text(encoding="utf-8")
    stand_in.unlink()
    shutil.copyfile(source / PYTHON_MODEL, folder / PYTHON_MODEL)
    try:
        proof.project.environment["SNOWFLAKE_PACKAGE"] = file.name
        proof.project.dbt(proof.session, "run", "--select", "orphan_files")
    finally:
        (folder / PYTHON_MODEL).unlink()
        stand_in.write_text(kept, encoding="utf-8")
    return f"orphan_files was built with {file.name}"


CLAIMS = (Claim("python_model", "issue 6.1", "The Python model runs by Snowpark", NEEDS, python_model, ("build",)),)
