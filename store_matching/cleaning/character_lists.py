"""Renders the macro file that holds the character lists of ``fold_characters``.

A seed cannot be read while dbt compiles a model, and a join per character would cost seconds on every
build, so the lists of ``seeds/character_folds.csv`` are written into a macro file once.
"""

import csv
from pathlib import Path

import duckdb

BLANK = "BLANK"
NOTHING = "NOTHING"
HIGHEST_PLANE_0_CODE_POINT = 0xFFFF

MACRO_TEMPLATE = """\
{{#- Made by scripts/generate_character_lists.py from seeds/character_folds.csv: change the seed, not this file. -#}}

{{#- Characters that fold to one character, in the order of `fold_single_to`. -#}}
{{% macro fold_single_from() -%}}{{{{ return("{single_from}") }}}}{{%- endmacro %}}

{{#- What each character of `fold_single_from` becomes. -#}}
{{% macro fold_single_to() -%}}{{{{ return("{single_to}") }}}}{{%- endmacro %}}

{{#- The characters of everyday texts (Greek, Cyrillic, Latin letters without an accent to take off, signs) that fold to
    one character, then those that fold to none: a short list, because DuckDB reads a list anew for every row. -#}}
{{% macro fold_everyday_from() -%}}{{{{ return("{everyday_from}") }}}}{{%- endmacro %}}

{{#- What the first characters of `fold_everyday_from` become; those beyond its end are removed. -#}}
{{% macro fold_everyday_to() -%}}{{{{ return("{everyday_to}") }}}}{{%- endmacro %}}

{{#- Characters that fold to nothing. -#}}
{{% macro fold_removed() -%}}{{{{ return("{removed}") }}}}{{%- endmacro %}}

{{#- Characters that fold to several letters: a list of (character, letters). -#}}
{{% macro fold_multiple() -%}}{{{{ return([{multiple}]) }}}}{{%- endmacro %}}
"""


def read_seed_folds(seed: Path) -> dict[str, str]:
    """Read the character seed.

    Args:
        seed: CSV file with columns ``code_point,character,folded,script``.

    Returns:
        Folded text by character; blanks and removed characters already decoded.
    """
    decode = {BLANK: " ", NOTHING: ""}
    with seed.open(encoding="utf-8", newline="") as handle:
        return {chr(int(r["code_point"])): decode.get(r["folded"], r["folded"]) for r in csv.DictReader(handle)}


def engine_folds() -> dict[str, str]:
    """What DuckDB's ``strip_accents`` does to each lower-case character beyond ASCII.

    Snowflake has no such function: it gets the same mapping as an explicit list.
    """
    rows = (
        duckdb.connect()
        .execute(
            """
        with characters as (
            -- Surrogates are no characters: they are read as 'a', which folds to itself.
            select lower(chr(case when n between 55296 and 57343 then 97 else cast(n as integer) end)) as character
            from range(128, ?) as numbers(n)
        )
        select distinct character, strip_accents(character)
        from characters
        where strip_accents(character) <> character and length(character) = 1
        """,
            [HIGHEST_PLANE_0_CODE_POINT + 1],
        )
        .fetchall()
    )
    return dict(rows)


def all_folds(seed: Path) -> dict[str, str]:
    """Seed and engine folds together, followed to their end, one entry per lower-case character.

    What the engine strips first, the seed then folds (an accented Greek letter loses its accent before it
    becomes a Latin one). ASCII characters and letters that ``lower`` changes are left out.
    """
    seed_folds = read_seed_folds(seed)
    stripped = engine_folds()
    folds = {}
    for character in sorted(seed_folds.keys() | stripped.keys()):
        if ord(character) < 128 or character.lower() != character:
            continue
        first = stripped.get(character, character)
        folds[character] = "".join(seed_folds.get(part, part) if ord(part) > 127 else part for part in first)
    return {character: folded for character, folded in folds.items() if folded != character}


def _escape(text: str) -> str:
    """Text as the inside of a Jinja string: ``\\u`` takes four digits, so the higher planes need ``\\U`` and eight."""
    return "".join(
        part
        if part.isascii() and part not in '"\\'
        else (f"\\u{ord(part):04x}" if ord(part) <= HIGHEST_PLANE_0_CODE_POINT else f"\\U{ord(part):08x}")
        for part in text
    )


def _is_everyday(character: str) -> bool:
    """Whether a character is common in names and addresses: a plain Greek or Cyrillic letter, a Latin letter that
    strip_accents leaves alone (ø, ł, ı, đ), a sign of Latin-1 (°, º) or a dash, quote or dot of typesetting."""
    blocks = (("α", "ω"), ("а", "џ"), ("\u00a0", "\u00ff"), ("\u2010", "\u203a"))
    return character in "đıłʼ№" or any(first <= character <= last for first, last in blocks)


def render_macro_file(seed: Path) -> str:
    """The text of ``macros/cross_db/fold_lists.sql`` for a character seed."""
    folds = all_folds(seed)
    single = {c: f for c, f in folds.items() if len(f) == 1}
    removed = [c for c, f in folds.items() if f == ""]
    multiple = {c: f for c, f in folds.items() if len(f) > 1}
    stripped_before = engine_folds().keys()
    everyday = {c: f for c, f in single.items() if _is_everyday(c) and c not in stripped_before}
    everyday_removed = [c for c in removed if _is_everyday(c)]
    return MACRO_TEMPLATE.format(
        single_from=_escape("".join(single)),
        single_to=_escape("".join(single.values())),
        everyday_from=_escape("".join([*everyday, *everyday_removed])),
        everyday_to=_escape("".join(everyday.values())),
        removed=_escape("".join(removed)),
        multiple=", ".join(f'("{_escape(c)}", "{_escape(f)}")' for c, f in multiple.items()),
    )
