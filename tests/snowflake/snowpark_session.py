"""Run the model orphan_files in Snowpark's local testing session, by the environment .venv-snowflake.

    python snowpark_session.py <folder> <package zip> <model> <procedure that the model's settings name, or ''>

folder: with `stage/`, what lies on the stage @OPS.LAKE_STAGE; `seed.csv`, the seed; `answers.json`, what Snowflake
answers, the rows by statement. Prints the rows of the model as JSON.

Local testing has no session.sql: `session_execute` is replaced, and nothing else. As on Snowflake there is no DuckDB
and no PyIceberg: importing one is an error here.
"""

import csv
import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

from snowflake.snowpark import Session


def main(folder: Path, package: str, model: str, procedure: str) -> list[dict]:
    """Return the rows of the model."""
    sys.modules.update({"duckdb": None, "pyiceberg": None})
    sys.path.insert(0, package)
    from store_matching.sentinel.snowpark import session_scan

    assert session_scan.__file__.startswith(package)
    session = Session.builder.config("local_testing", True).create()
    for file in sorted(path for path in (folder / "stage").rglob("*") if path.is_file()):
        target = file.parent.relative_to(folder / "stage")
        session.file.put(str(file), f"@OPS.LAKE_STAGE/{target.as_posix()}", auto_compress=False)
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    session_scan.session_execute = lambda _: lambda sql: [tuple(row) for row in answers[sql]]
    with (folder / "seed.csv").open(encoding="utf-8", newline="") as opened:
        seed = list(csv.reader(opened))
    declared = session.create_dataframe([[value or None for value in row] for row in seed[1:]], seed[0])
    config = lambda **_: None  # noqa: E731
    config.meta_get = {"metadata_procedure": procedure}.get
    dbt = SimpleNamespace(config=config, ref=lambda name: {"watched_locations": declared}[name])
    found = runpy.run_path(model)["model"](dbt, session)
    # What dbt does with it: py_write_table of its Snowflake adapter.
    found.write.mode("overwrite").save_as_table("ORPHAN_FILES_SCAN", table_type="transient")
    return [row.as_dict() for row in session.table("ORPHAN_FILES_SCAN").collect()]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), *sys.argv[2:5]), default=str))
