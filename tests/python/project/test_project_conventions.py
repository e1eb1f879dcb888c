"""The checker of conventions, on a project that keeps every one and on one that breaks every one."""

import json

import pytest

from store_matching.operations.macro_signatures import macro_arguments
from store_matching.operations.project_conventions import check_project

GOOD = {
    "models/gold/gold_stores.sql": """{{ config(alias='stores') }}
        with stores as (select 1 as store_id)
        select * from stores
    """,
    "models/staging/stg_stores.sql": """{# A comment may be
   aligned as it likes. #}
with stg_stores as (select 1 as a)

select * from stg_stores

""",
    "models/_models.yml": """
models:
  - name: gold_stores
    description: What a store is. One row per store.
    config: {contract: {enforced: true}}
    columns:
      - {name: store_id, data_type: integer, description: Key of the store., data_tests: [not_null]}
  - name: stg_stores
    description: Stores.
    data_tests: [is_empty]
unit_tests:
  - name: keeps_the_only_store
    model: stg_stores
    given: []
    expect: {rows: [{a: 1}]}
sources:
  - name: raw
    tables:
      - name: gi_stores
        description: Stores of GI.
        columns: [{name: store_id, description: Key.}]
""",
    "seeds/places.csv": "place\nLyon\n",
    "seeds/_seeds.yml": """
seeds:
  - name: places
    description: Places.
    columns: [{name: place, description: Name of the place.}]
""",
    "macros/halve.sql": """
        {% macro halve(amount, digits=2) %}{{ adapter.dispatch('halve')(amount, digits) }}{% endmacro %}
        {% macro default__halve(amount, digits) %}round({{ amount }} / 2, {{ digits }}){% endmacro %}
    """,
    "macros/_macros.yml": """
macros:
  - name: halve
    description: Half of an amount.
    arguments:
      - {name: amount, type: float, description: What to halve.}
      - {name: digits, type: integer, description: Digits kept.}
""",
}

BAD = {
    "tests/assert_nothing.sql": f"select 1 as a where false{' ' * 92}-- x",
    "models/gold/gold_stores.sql": "select 1 as store_id",
    "models/diagnostics/gaps.sql": "with gaps as (\n  select 1 as a\n)\nselect * from gaps",
    "models/_models.yml": """
models:
  - name: gold_stores
    description: One row per store. And more.
    columns: [{name: store_id, data_type: integer}]
  - name: gaps
    data_tests: [is_empty]
unit_tests:
  - name: test_gaps
    model: gaps
    given: []
    expect: {rows: [{a: 1}]}
sources:
  - name: raw
    tables:
      - {name: gi_stores}
""",
    "seeds/places.csv": "place\nLyon\n",
    "macros/halve.sql": "{% macro halve(amount, digits) %}{% endmacro %}{% macro twice() %}{% endmacro %}",
    "macros/_macros.yml": """
macros:
  - name: halve
    description: Half of an amount.
    arguments: [{name: number, type: float}]
""",
    "docs/notes.md": "One line.\nTO" + "DO: the rest\n",
}

VIOLATIONS = [
    "models/gold/gold_stores.sql: the last line is 'select 1 as store_id', not 'select * from gold_stores'",
    "models/gold/gold_stores.sql: the description of gold_stores must end with its grain, 'One row per ….', "
    "but ends with 'And more.'",
    "models/gold/gold_stores.sql: column gold_stores.store_id has no description",
    "models/gold/gold_stores.sql: gold_stores has no enforced contract",
    "models/gold/gold_stores.sql: gold_stores has no data test",
    "models/diagnostics/gaps.sql:2: indent by steps of four spaces",
    "tests/assert_nothing.sql:1: 121 characters: break the line at 120",
    "models/diagnostics/gaps.sql: model gaps has no description",
    "models/diagnostics/gaps.sql: the description of gaps must end with its grain, 'One row per ….', but ends with ''",
    "models/diagnostics/gaps.sql: gaps documents no column",
    "models/diagnostics/gaps.sql: gaps has no enforced contract",
    "models/_models.yml: source gi_stores has no description",
    "models/_models.yml: gi_stores documents no column",
    "models/_models.yml: unit test test_gaps is not a claim: start with a verb, as in keeps_highest_score",
    "seeds/places.csv: seed places has no description",
    "seeds/places.csv: places documents no column",
    "macros/halve.sql: macro halve takes (amount, digits), its yml entry lists (number)",
    "macros/halve.sql: argument number of macro halve needs a type and a description",
    "macros/halve.sql: macro twice() is not described in a yml file",
    "docs/notes.md:2: finish what 'TO" + "DO' stands for",
]


def violations_of(project, files):
    for path, text in files.items():
        project.write(path, text)
    parsed = project.invoke("parse")
    assert parsed.success, parsed.exception
    manifest = json.loads((project.root / "target/manifest.json").read_text(encoding="utf-8"))
    return [str(violation) for violation in check_project(manifest, project.root)]


def test_accepts_a_project_that_keeps_the_conventions(dbt_project):
    assert violations_of(dbt_project, GOOD) == []


@pytest.fixture(scope="module")
def found_in_bad_project(make_dbt_project):
    return violations_of(make_dbt_project(), BAD)


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_finds_the_violation(violation, found_in_bad_project):
    assert violation in found_in_bad_project


def test_finds_nothing_else(found_in_bad_project):
    assert sorted(found_in_bad_project) == sorted(VIOLATIONS)


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("{% macro a() %}{% endmacro %}", []),
        ("{%- macro a(x, y=none, z='b, c') -%}{{ x }}{%- endmacro -%}", ["x", "y", "z"]),
        ("{# why #}{% test t(model, column_name) %}select 1{% endtest %}", ["model", "column_name"]),
    ],
)
def test_reads_the_arguments_of_a_macro(source, arguments):
    assert macro_arguments(source) == arguments


def test_refuses_source_without_a_macro():
    with pytest.raises(ValueError, match="no macro in: select 1"):
        macro_arguments("select 1")
