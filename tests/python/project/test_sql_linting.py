"""The SQL checks: style as rendered for DuckDB, grammar and functions as rendered for Snowflake."""

import shutil

import pytest

from store_matching.operations.snowflake_rendering import render_for_snowflake
from store_matching.operations.sql_linting import lint_models, parse_snowflake, shape_of, with_deep_recursion

TIDY = """with stores as (
    select
        1 as store_id,
        {{ deep('null') }} as store_name
)

select * from stores
"""
UNTIDY = """with stores as (
    select 1 as store_id , 2 as b
)
SELECT * from stores
"""
# Deeper than Python's own recursion limit lets sqlfluff go.
DEEP_MACRO = """{% macro deep(text) %}
    {%- for step in range(60) %}replace({% endfor -%}
    {{ text }}
    {%- for step in range(60) %}, 'a', 'b'){% endfor -%}
{% endmacro %}
"""


@pytest.fixture
def sql_project(dbt_project, repository, monkeypatch):
    """A dbt project with this repository's style, as the current folder."""
    shutil.copy(repository / ".sqlfluff", dbt_project.root)
    monkeypatch.chdir(dbt_project.root)
    dbt_project.write("macros/deep.sql", DEEP_MACRO)
    return dbt_project


def test_lint_names_file_line_and_rule(sql_project):
    sql_project.write("models/tidy.sql", TIDY)
    sql_project.write("models/untidy.sql", UNTIDY)

    count, findings = lint_models(["models"])

    assert count == 2
    assert {finding.path for finding in findings} == {"models/untidy.sql"}
    assert {(4, "CP01"), (2, "LT01")} <= {(finding.line, finding.code) for finding in findings}
    assert "models/untidy.sql:2: LT01 Unexpected whitespace before comma ','." in map(str, findings)


def test_lint_mends_what_can_be_mended(sql_project):
    file = sql_project.write("models/untidy.sql", UNTIDY)

    count, findings = lint_models(["models"], fix=True)

    assert file.read_text(encoding="utf-8") == UNTIDY.replace("SELECT", "select").replace(" , ", ", ")
    assert (count, {finding.code for finding in findings}) == (1, {"LT08", "LT09"})


def test_lint_says_when_dbt_cannot_render(sql_project):
    sql_project.write("models/broken.sql", "select * from {{ ref('nowhere') }}\n")

    with pytest.raises(RuntimeError, match="nowhere"):
        lint_models(["models"])


def test_renders_the_incremental_branch_for_snowflake(dbt_project):
    dbt_project.write(
        "models/loaded.sql",
        "{{ config(materialized='incremental') }}\n"
        "select {{ greet() }} as greeting\n"
        "{% if is_incremental() %}from {{ this }}{% endif %}\n",
    )
    dbt_project.write(
        "macros/greet.sql",
        "{% macro greet() %}{{ adapter.dispatch('greet')() }}{% endmacro %}\n"
        "{% macro snowflake__greet() %}'snow'{% endmacro %}\n"
        "{% macro duckdb__greet() %}'duck'{% endmacro %}\n",
    )

    rendered = render_for_snowflake(dbt_project.root, dbt_project.root / "target/snowflake")

    sql = (rendered / "models/loaded.sql").read_text(encoding="utf-8")
    assert " ".join(sql.split()) == "select 'snow' as greeting from STORE_MATCHING.MAIN.loaded"


def test_says_which_model_cannot_be_rendered_for_snowflake(dbt_project):
    dbt_project.write("models/broken.sql", "select {{ exceptions.raise_compiler_error('only for ducks') }} as a")

    with pytest.raises(RuntimeError, match="only for ducks"):
        render_for_snowflake(dbt_project.root, dbt_project.root / "target/snowflake")


def test_parses_snowflake_sql_and_knows_its_functions(tmp_path):
    (tmp_path / "good.sql").write_text(
        "select store_id, w.value::varchar as word, editdistance('a', 'b') as distance\n"
        "from stores, lateral flatten(input => split(store_name, ' ')) as w\n"
        "qualify row_number() over (partition by store_id order by word) = 1\n"
    )
    (tmp_path / "duck_function.sql").write_text("select\n    list_aggregate(a, 'sum') as b\nfrom stores\n")
    (tmp_path / "duck_grammar.sql").write_text("from stores select store_id\n")

    count, findings = parse_snowflake(tmp_path)

    assert count == 3
    assert {(finding.path, finding.code) for finding in findings} == {
        ("duck_function.sql", "FUN"),
        ("duck_grammar.sql", "PRS"),
    }
    function = next(finding for finding in findings if finding.code == "FUN")
    assert (function.line, "list_aggregate" in function.message) == (2, True)


def test_deep_recursion_returns_and_raises():
    def count_down(depth):
        return 0 if depth == 0 else 1 + count_down(depth - 1)

    assert with_deep_recursion(lambda: count_down(20_000)) == 20_000
    with pytest.raises(ZeroDivisionError):
        with_deep_recursion(lambda: 1 / 0)


def test_statements_of_one_shape_differ_in_names_and_literals_alone():
    known = shape_of("select upper(label) as n, 'a' from GOLD.stores where x > 1 -- why")
    assert known == shape_of("select upper(city) as c, 'b''c' from raw.gi_stores where y > 2.5")
    for other in (
        "select lower(label) as n, 'a' from GOLD.stores where x > 1",
        "select upper(label) as n, 'a' from GOLD.stores where x >= 1",
        "select upper(label) as n, 'a' from GOLD.stores qualify x > 1",
        "select upper(label) as select, 'a' from GOLD.stores where x > 1",
    ):
        assert shape_of(other) != known


def test_every_shape_is_parsed(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.sql").write_text(f"select a{number} from t{number}")
    (tmp_path / "wrong.sql").write_text("select a from from t")
    count, findings = parse_snowflake(tmp_path)
    assert count == 4
    assert {finding.path for finding in findings} == {"wrong.sql"}
