"""Every reference list is a clean file: documented columns, sorted, without repeats and stray blanks."""

import pytest

REFERENCE_LISTS = [
    "category_terms",
    "character_folds",
    "city_variants",
    "countries",
    "country_names",
    "generic_words",
    "legal_forms",
    "name_variants",
    "street_suffixes",
    "street_variants",
]

# Columns that may be missing, and therefore empty in the file.
OPTIONAL = {("countries", column) for column in ("trunk_prefix", "postcode_pattern", "postcode_area_length")}


@pytest.mark.parametrize("name", REFERENCE_LISTS)
def test_header_is_what_the_yml_documents(name, read_seed, documented_columns):
    assert list(read_seed(name)[0]) == documented_columns[name]


@pytest.mark.parametrize("name", REFERENCE_LISTS)
def test_lines_are_sorted_and_end_in_a_line_feed(name, seeds_folder):
    text = (seeds_folder / f"{name}.csv").read_bytes()
    assert b"\r" not in text and text.endswith(b"\n") and b'"' not in text
    rows = [tuple(line.split(",")) for line in text.decode("utf-8").splitlines()[1:]]
    if name == "character_folds":
        rows = [(int(row[0]), *row[1:]) for row in rows]
    assert rows == sorted(set(rows))


@pytest.mark.parametrize("name", REFERENCE_LISTS)
def test_values_have_no_outer_blanks_and_are_not_read_as_missing(name, read_seed):
    for row in read_seed(name):
        for column, value in row.items():
            if (name, column) in OPTIONAL and value == "":
                continue
            # On Snowflake dbt reads the file itself: it strips values and takes the word null for none.
            assert value.strip() == value != "" and value.lower() != "null", (name, row)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("category_terms", ["term"]),
        ("character_folds", ["code_point"]),
        ("city_variants", ["country_code", "variant"]),
        ("countries", ["country_code"]),
        ("country_names", ["country_name_folded"]),
        ("generic_words", ["word", "language"]),
        ("legal_forms", ["country_code", "legal_form", "match", "position"]),
        ("name_variants", ["country_code", "variant"]),
        ("street_suffixes", ["country_code", "variant_suffix"]),
        ("street_variants", ["country_code", "variant"]),
    ],
)
def test_key_is_unique(name, key, read_seed):
    rows = read_seed(name)
    assert len({tuple(row[column] for column in key) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", [name for name in REFERENCE_LISTS if name != "countries"])
def test_country_codes_are_known(name, read_seed):
    known = {row["country_code"] for row in read_seed("countries")} | {"*"}
    assert {row.get("country_code", "*") for row in read_seed(name)} <= known


def test_character_column_shows_the_code_point(read_seed):
    for row in read_seed("character_folds"):
        character = chr(int(row["code_point"]))
        assert row["character"] in (character, f"U+{ord(character):04X}"), row
        assert character.lower() == character, row


def test_characters_fold_to_ascii(read_seed):
    for row in read_seed("character_folds"):
        folded = row["folded"]
        assert folded in ("BLANK", "NOTHING") or (
            folded.isascii() and folded.isalnum() and folded.islower() + folded.isdigit() and len(folded) <= 4
        ), row


@pytest.mark.parametrize("script_of_letter", ["中", "あ", "ア", "한", "ع", "א", "ก", "क"])
def test_scripts_without_a_simple_latin_form_are_not_folded(script_of_letter, read_seed):
    assert str(ord(script_of_letter)) not in {row["code_point"] for row in read_seed("character_folds")}
