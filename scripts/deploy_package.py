"""Put the package store_matching on a Snowflake stage, as a zip that Python models import.

The zip is named by version and content, so that an older one stays for models that still name it; the same sources give
the same bytes on every machine. Give dbt the printed name in SNOWFLAKE_PACKAGE, as `make deploy` and `make heal` do:
they take it from --dry-run, because what signs a GitHub job in prints a line of its own before the name.

Logs in as dbt does: target snowflake of profiles.yml (DBT_PROFILES_DIR), or of profiles.example.yml.

Exit codes: 0 done (or there already), 2 the account cannot be reached or refuses.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.errors import LakeError  # noqa: E402
from store_matching.operations.package_zip import make_stage, put_package, write_package_zip  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--stage", default="@OPS.CODE", help="internal stage (default: %(default)s)")
parser.add_argument("--out", type=Path, default=ROOT / "target/package", help="folder for the zip")
parser.add_argument("--make-stage", action="store_true", help="make the stage where it is missing, as in a clone")
parser.add_argument("--dry-run", action="store_true", help="only write the zip")
arguments = parser.parse_args()

file = write_package_zip(ROOT, arguments.out)
if not arguments.dry_run:
    # Not at the top: they are slow to load, and a dry run needs neither.
    from store_matching.operations.snowflake_target import read_snowflake_target
    from store_matching.snowflake_proof.connect import connect

    try:
        target, _ = read_snowflake_target(ROOT, ROOT / "profiles.example.yml")
        connection = connect(target.values, database=target.values["database"], query_tag="store_matching")
        with connection, connection.cursor() as cursor:

            def execute(sql: str) -> list[tuple]:
                return cursor.execute(sql).fetchall()

            if arguments.make_stage:
                make_stage(execute, arguments.stage)
            put_package(execute, file, arguments.stage)
    except LakeError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
print(file.name)
