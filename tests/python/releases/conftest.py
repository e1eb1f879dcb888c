"""Fixtures of the release tests: a lake, a DuckDB database with tables to publish, and a way to publish them."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from store_matching.lake import Lake, load_extensions, open_lake
from store_matching.ops import registry
from store_matching.releases.publish import Publication, publish
from store_matching.releases.rollback import Rollback, rollback
from store_matching.releases.types import CandidateTest, MartView, ReleasedModel

MODELS = [
    ReleasedModel("gold.stores", '"db"."GOLD"."stores"', "place_key"),
    ReleasedModel("gold.store_crosswalk", '"db"."GOLD"."store_crosswalk"', "place_key"),
    ReleasedModel("diagnostics.score_bands", '"db"."DIAGNOSTICS"."score_bands"'),
]
VIEWS = [
    MartView("stores", '"db"."MART"."stores"', 'select gold_store_id, store_name from "db"."GOLD"."stores"'),
    MartView("match_coverage", '"db"."MART"."match_coverage"', 'select count(*) as n from "db"."GOLD"."stores"'),
]
UNIQUE_IDS = CandidateTest(
    "unique_mart_stores",
    'select gold_store_id from "db"."MART"."stores" group by gold_store_id having count(*) > 1',
)


class Publisher:
    """A database whose tables can be changed and published."""

    def __init__(self, lake: Lake, file: Path) -> None:
        self.lake = lake
        self.connection = duckdb.connect(str(file))
        load_extensions(self.connection, s3=lake.settings.is_s3)
        self.connection.execute("attach ':memory:' as db")
        self.connection.execute("use db")
        for schema in ("GOLD", "DIAGNOSTICS", "MART"):
            self.connection.execute(f"create schema {schema}")

    def fill(self, stores: int) -> None:
        """Make golden stores 0 to `stores` - 1; the place key grows by one every ten stores."""
        self.connection.execute(
            f"""create or replace table GOLD.stores as
                select 'GS-' || i as gold_store_id, 'g' || i as gi_store_id,
                    case when i % 2 = 0 then 't' || i end as th_store_id, 'shop ' || i as store_name,
                    case when i % 2 = 0 then 'MATCHED' else 'GI_ONLY' end as match_status,
                    (i // 10)::bigint as place_key
                from range({stores}) as numbers(i)"""
        )
        self.make_crosswalk()
        self.connection.execute("create or replace table DIAGNOSTICS.score_bands as select 1 as band, 2.5 as share")

    def make_crosswalk(self) -> None:
        """Make the crosswalk of the golden stores."""
        self.connection.execute(
            """create or replace table GOLD.store_crosswalk as
               select 'GI' as source_system, gi_store_id as source_store_id, 'GI:' || gi_store_id as store_key,
                    gold_store_id, 'representative' as store_role, place_key
               from GOLD.stores where gi_store_id is not null"""
        )

    def publish(self, tests: tuple[CandidateTest, ...] = (UNIQUE_IDS,), **options: object) -> Publication:
        """Publish what the tables hold now."""
        base = registry.active_release(self.lake.ops)["release_id"]
        arguments = {"run_id": "run", "base_release_id": base, "facts": {}, "views": VIEWS} | options
        with self.connection.cursor() as cursor:
            cursor.execute("use db")
            return publish(self.lake, cursor, MODELS, tests=list(tests), **arguments)

    def rollback(self, release_id: int, reason: str = "wrong") -> Rollback:
        """Move back to a release."""
        with self.connection.cursor() as cursor:
            cursor.execute("use db")
            return rollback(self.lake, cursor, release_id, reason)

    def mart(self) -> list[tuple]:
        """What MART.stores shows."""
        return self.connection.execute("select * from db.MART.stores order by all").fetchall()

    def change(self, sql: str) -> None:
        """Run a statement on the database."""
        self.connection.execute(sql)
        if "GOLD.stores" in sql:
            self.make_crosswalk()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake in a temporary folder."""
    return open_lake(tmp_path / "lake")


@pytest.fixture
def make_publisher(tmp_path: Path) -> Callable[..., Publisher]:
    """Function that makes a `Publisher` on a lake; several may share one."""
    counter = iter(range(100))
    return lambda lake: Publisher(lake, tmp_path / f"database_{next(counter)}.duckdb")


@pytest.fixture
def publisher(lake: Lake, make_publisher: Callable[..., Publisher]) -> Publisher:
    """A publisher with 100 golden stores that are not published yet."""
    made = make_publisher(lake)
    made.fill(100)
    return made
