"""`fold_characters` gives the same text on both engines, and the lists it reads are those of the seed."""

import pytest

from store_matching.cleaning.character_lists import render_macro_file

# DuckDB runs the Snowflake form too: it uses only functions that both engines have. Surrogates are no characters.
# Characters that DuckDB folds to ASCII without the lists stand alone, all of them also in texts of sixteen: a text
# costs as much as a character.
EVERY_CHARACTER = """
{{ config(materialized='table') }}
with characters as (
    select code_point, chr(cast(code_point as integer)) as character
    from (
        select case when number between 55296 and 57343 then 97 else number end as code_point
        from range(1, 65536) as numbers(number)
    ) as code_points
),
texts as (
    select string_agg(character, ' ' order by code_point) as text
    from characters
    group by code_point // 16
    union all
    select character as text
    from characters
    where code_point < 128 or {{ is_ascii("strip_accents(replace(lower(character), 'ß', 'ss'))") }}
        or strpos('{{ fold_everyday_from() }}', lower(character)) > 0
)
select
    text,
    {{ fold_characters('text') }} as folded_by_duckdb,
    {{ snowflake__fold_characters('text') }} as folded_by_snowflake,
    text_characters as folded_in_steps
from ({{ select_with_folded_characters('texts', ['text']) }}) as texts_in_steps
"""

TEXTS = {
    "Crème Brûlée": "creme brulee",
    "Straße Ærø Łódź Þór": "strasse aero lodz thor",
    "Αθήνα": "athina",
    "Москва": "moskva",
    "ＢＡＲ": "bar",
    "L´Atelier": "latelier",
    "soft\u00adhyphen": "softhyphen",
    "東京": "東京",
    "cafe\u0301": "cafe",
}

EXAMPLES = """
select text, {{ fold_characters('text') }} as duckdb, {{ snowflake__fold_characters('text') }} as snowflake
from (values %s) as examples(text)
"""


@pytest.fixture(scope="module")
def project(make_dbt_project):
    project = make_dbt_project(copy=("macros",))
    project.write("models/every_character.sql", EVERY_CHARACTER)
    project.write("models/examples.sql", EXAMPLES % ", ".join(f"('{text}')" for text in TEXTS))
    assert {outcome.status for outcome in project.build().values()} == {"success"}
    return project


def test_both_engines_fold_every_character_of_the_basic_plane_alike(project):
    rows = project.query("select text, folded_by_duckdb, folded_by_snowflake from every_character")
    assert len({character for text, _, _ in rows for character in text}) == 65535 - 2048
    everyday = [text for text, _, _ in rows if len(text) == 1 and not text.isascii()]
    assert {"°", "ø", "ł", "и", "ω", "–"} <= set(everyday)
    different = [
        parts
        for text, *folded in rows
        if folded[0] != folded[1]
        for parts in zip(text.split(" "), folded[0].split(" "), folded[1].split(" "), strict=False)
        if parts[1] != parts[2]
    ]
    assert different == []
    assert all(folded_by_duckdb == folded_by_snowflake for _, folded_by_duckdb, folded_by_snowflake in rows)


def test_folding_in_steps_gives_the_same(project):
    different = "select text, folded_by_duckdb, folded_in_steps from every_character"
    assert project.query(f"{different} where folded_in_steps is distinct from folded_by_duckdb") == []


def test_texts_are_folded_as_documented(project):
    for text, duckdb_form, snowflake_form in project.query("select * from examples"):
        assert (duckdb_form, snowflake_form) == (TEXTS[text], TEXTS[text]), text


def test_macro_file_is_what_the_seed_renders(repository):
    rendered = render_macro_file(repository / "seeds/character_folds.csv")
    written = (repository / "macros/cross_db/fold_lists.sql").read_text(encoding="utf-8")
    assert written == rendered, "run scripts/generate_character_lists.py"
