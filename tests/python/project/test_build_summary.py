"""The summary of a build, on real results of dbt and a real database."""

import json

import duckdb
import pytest

from store_matching.evaluation.counts import PairCounts
from store_matching.operations.build_counts import SourceCounts, read_build_counts
from store_matching.operations.build_summary import render_summary
from store_matching.operations.demo_quality import measure_quality
from store_matching.operations.run_results import read_run_results

TABLES = """
    create schema raw; create schema staging; create schema gold; create schema diagnostics;
    create table raw.gi_stores as select unnest(['1', '2', '2', '3']) as store_id;
    create table raw.th_stores as select unnest(['1', '2']) as store_id;
    create table raw.rejected_rows as select unnest(['GI', 'GI', 'TH']) as source_system;
    create table staging.store_duplicates as
        select * from (values ('GI:3', 'GI:2'), ('TH:1', 'TH:1')) as d (store_key, representative_store_key);
    create table gold.stores as
        select * from (values ('a', 'MATCHED'), ('b', 'GI_ONLY'), ('c', 'TH_ONLY'))
        as s (gold_store_id, match_status);
    create table gold.store_crosswalk as
        select * from (values
            ('GI', '1', 'a'), ('GI', '2', 'b'), ('GI', '3', 'b'), ('TH', '1', 'a'), ('TH', '2', 'c')
        ) as c (source_system, source_store_id, gold_store_id);
    create table diagnostics.unmatched_stores as
        select unnest(['NO_CANDIDATE', 'NO_CANDIDATE', 'BELOW_THRESHOLD']) as failure_cause;
"""


@pytest.fixture
def database(tmp_path):
    with duckdb.connect(str(tmp_path / "stores.duckdb")) as connection:
        connection.execute(TABLES)
    return tmp_path / "stores.duckdb"


@pytest.fixture(scope="module")
def run_results(make_dbt_project):
    """run_results.json of a build with tests that pass, warn, fail and are skipped, and a bad model."""
    project = make_dbt_project()
    project.write("models/good.sql", "select 1 as a")
    project.write("models/broken.sql", "select no_such_column")
    project.write(
        "models/models.yml",
        """
models:
  - name: good
    data_tests:
      - is_empty: {name: warns, config: {severity: warn}}
      - is_empty: {name: fails}
    columns: [{name: a, data_tests: [not_null]}]
  - name: broken
    columns: [{name: a, data_tests: [not_null]}]
""",
    )
    project.build()
    return project.root / "target/run_results.json"


def test_counts_what_is_in_the_database(database):
    counts = read_build_counts(database)

    assert counts.sources == (SourceCounts("GI", 3, 2, 1, 1 / 3), SourceCounts("TH", 2, 1, 0, 1 / 2))
    assert counts.golden == {"MATCHED": 1, "GI_ONLY": 1, "TH_ONLY": 1}
    assert counts.causes == [("NO_CANDIDATE", 2), ("BELOW_THRESHOLD", 1)]


def test_says_what_a_half_built_database_lacks(database):
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop schema gold cascade; drop table diagnostics.unmatched_stores")

    text = render_summary(read_build_counts(database), None, None)

    assert "Golden stores: not built" in text
    assert "  GI                 3         2           1 not built" in text


def test_says_when_there_is_no_database(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.duckdb: run `make build`"):
        read_build_counts(tmp_path / "nowhere.duckdb")


def test_summarises_what_dbt_did(run_results):
    run = read_run_results(run_results)

    assert run.command == "build"
    assert run.models == {"success": 1, "error": 1}
    assert run.tests == {"pass": 1, "warn": 1, "fail": 1, "skipped": 1}
    assert {name for name, _ in run.slowest} == {"good", "broken"}
    assert run.slowest[0][1] >= run.slowest[1][1] > 0
    broken = dict(run.broken)
    assert broken["fails"] == "Got 1 result, configured to fail if != 0"
    assert (
        broken["broken"]
        == 'Binder Error: Referenced column "no_such_column" was not found because the FROM clause is missing'
    )


def test_refuses_a_file_that_is_no_run_results(tmp_path):
    file = tmp_path / "run_results.json"
    file.write_text(json.dumps({"nodes": {}}))

    with pytest.raises(ValueError, match="run dbt again"):
        read_run_results(file)


@pytest.fixture
def extracts(tmp_path):
    """Generated files: GI 3 repeats GI 2, which is the shop of TH 2; GI 1 is TH 1, GI 4 is TH 4."""
    files = {
        "gi": "id,name\n1,a\n2,b\n3,b\n4,d\n",
        "th": "id,name\n1,a\n2,b\n4,d\n5,e\n",
        "truth": "gi_id,th_id\n1,1\n2,2\n3,2\n4,4\n",
        "duplicates": "source,id,duplicate_of_id\nGI,3,2\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def test_counts_a_store_and_its_duplicates_as_one(database, extracts):
    with duckdb.connect(str(database)) as connection:
        connection.execute("""
            create table staging.store_matches as select * from (values
                ('GI:1', 'TH:1'), ('GI:3', 'TH:2'), ('GI:4', 'TH:5'), ('GI:other', 'TH:other')
            ) as m (store_key, partner_store_key), (values ('GI', 'MATCHED')) as s (source_system, status)
        """)

    assert measure_quality(database, extracts) == PairCounts(2, 1, 1)


def test_has_no_quality_before_anything_is_matched(database, extracts):
    assert measure_quality(database, extracts) is None


def test_names_the_missing_truth(database, extracts):
    (extracts / "truth.csv").unlink()

    with pytest.raises(FileNotFoundError, match=r"truth\.csv: scripts/generate_stores\.py writes it"):
        measure_quality(database, extracts)


def test_prints_every_number_a_person_asks_for(database, run_results):
    quality = PairCounts(true_positives=6, false_positives=2, false_negatives=4)

    text = render_summary(read_build_counts(database), read_run_results(run_results), quality)

    for line in (
        "Stores in       loaded  rejected  duplicates   matched",
        "  GI                 3         2           1     33.3%",
        "  TH                 2         1           0     50.0%",
        "Golden stores 3",
        "  in both sources            1",
        "  precision 75.0%   recall 60.0%   F1 66.7%",
        "  6 of 8 matches are right; 4 of 10 true pairs were missed",
        "  NO_CANDIDATE            2",
        "tests: 1 passed, 1 warned, 1 failed, 1 skipped",
        "  BROKEN fails: Got 1 result, configured to fail if != 0",
        "The build is not complete",
        "dbt retry",
    ):
        assert line in text


def test_says_where_to_look_after_a_good_build(database, make_dbt_project):
    project = make_dbt_project()
    project.write("models/good.sql", "select 1 as a")
    project.build()
    run = read_run_results(project.root / "target/run_results.json")

    text = render_summary(read_build_counts(database), run, None)

    assert "mart.store_crosswalk" in text
    assert "make match GI=one.csv TH=two.csv OUT=folder" in text
    assert "BROKEN" not in text
