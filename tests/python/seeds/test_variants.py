"""Variants lead to their canonical form in one step and mean what the languages mean."""

import pytest

SINGLE_WORDS = [
    ("name_variants", "variant"),
    ("name_variants", "canonical"),
    ("street_variants", "variant"),
    ("street_variants", "canonical"),
    ("street_suffixes", "variant_suffix"),
    ("street_suffixes", "canonical_suffix"),
    ("generic_words", "word"),
    ("category_terms", "term"),
]


def canonical_of(rows, country_code, word):
    """The canonical form as the models look it up: the country's row wins over the one of all countries."""
    found = {row["country_code"]: row["canonical"] for row in rows if row["variant"] == word}
    return found.get(country_code, found.get("*", word))


@pytest.mark.parametrize("name", ["name_variants", "street_variants", "city_variants"])
def test_canonical_forms_stay_as_they_are(name, read_seed):
    canonicals = {(row["country_code"], row["variant"]): row["canonical"] for row in read_seed(name)}
    for (country_code, variant), canonical in canonicals.items():
        again = canonicals.get((country_code, canonical), canonicals.get(("*", canonical), canonical))
        assert again == canonical, (country_code, variant, canonical, again)


@pytest.mark.parametrize("name", ["name_variants", "city_variants"])
def test_no_row_says_what_holds_without_it(name, read_seed):
    everywhere = {row["variant"]: row["canonical"] for row in read_seed(name) if row["country_code"] == "*"}
    for row in read_seed(name):
        assert row["variant"] != row["canonical"], row
        assert row["country_code"] == "*" or everywhere.get(row["variant"]) != row["canonical"], row


@pytest.mark.parametrize(("name", "column"), SINGLE_WORDS)
def test_words_are_single(name, column, read_seed):
    assert [row for row in read_seed(name) if " " in row[column]] == []


def test_a_word_is_a_street_type_or_is_not(read_seed):
    kinds = {}
    for row in read_seed("street_variants"):
        known = kinds.setdefault((row["country_code"], row["canonical"]), row["is_street_type"])
        assert row["is_street_type"] == known and known in ("true", "false"), row


def test_every_street_type_is_known_in_full(read_seed):
    rows = read_seed("street_variants")
    variants = {(row["country_code"], row["variant"]) for row in rows if row["is_street_type"] == "true"}
    types = {(row["country_code"], row["canonical"]) for row in rows if row["is_street_type"] == "true"}
    assert [(code, word) for code, word in types if not {(code, word), ("*", word)} & variants] == []


def test_suffixes_are_not_replaced_twice(read_seed):
    rows = read_seed("street_suffixes")
    for row in rows:
        for other in rows:
            if other["country_code"] == row["country_code"]:
                assert not row["canonical_suffix"].endswith(other["variant_suffix"]), (row, other)
        # The models join words and suffixes on their last two letters.
        assert len(row["variant_suffix"]) >= 2, row


def test_legal_forms_have_the_words_their_match_says(read_seed):
    for row in read_seed("legal_forms"):
        words = row["legal_form"].count(" ") + 1
        assert (words > 1) == (row["match"] == "phrase"), row
        side = {"prefix": "start", "suffix": "end"}.get(row["match"], row["position"])
        assert side == row["position"] and row["position"] in ("start", "end"), row
        assert row["match"] in ("token", "phrase") or not row["legal_form"].isascii(), row


@pytest.mark.parametrize(
    ("name", "country_code", "word", "canonical"),
    [
        ("street_variants", "GB", "st", "street"),
        ("street_variants", "FR", "st", "saint"),
        ("street_variants", "DE", "str", "strasse"),
        ("street_variants", "RO", "str", "strada"),
        ("street_variants", "ES", "carrer", "calle"),
        ("street_variants", "CA", "rue", "street"),
        ("street_variants", "FR", "rue", "rue"),
        ("street_variants", "", "blvd", "boulevard"),
        ("name_variants", "FR", "st", "saint"),
        ("name_variants", "DE", "apotheke", "pharmacy"),
        ("name_variants", "GB", "centre", "center"),
        ("name_variants", "FR", "et", "and"),
        ("name_variants", "US", "et", "et"),
        ("city_variants", "IT", "milan", "milano"),
        ("city_variants", "FR", "paris 8e", "paris"),
        ("city_variants", "BE", "luik", "liege"),
        ("city_variants", "US", "st louis", "saint louis"),
    ],
)
def test_words_mean_what_their_country_means(name, country_code, word, canonical, read_seed):
    assert canonical_of(read_seed(name), country_code, word) == canonical


@pytest.mark.parametrize(
    ("country_code", "form", "match", "position", "is_listed"),
    [
        ("GB", "co", "token", "end", True),
        ("GB", "co", "token", "start", False),
        ("*", "gmbh", "token", "end", True),
        ("*", "spa", "token", "end", False),
        ("IT", "spa", "token", "end", False),
        ("FR", "sel", "token", "end", False),
        ("*", "pao", "token", "start", False),
        ("RU", "pao", "token", "start", True),
        ("JP", "株式会社", "prefix", "start", True),
        ("RU", "ip", "token", "start", True),
    ],
)
def test_legal_forms_spare_words_of_trade_names(country_code, form, match, position, is_listed, read_seed):
    row = {"country_code": country_code, "legal_form": form, "match": match, "position": position}
    assert (row in read_seed("legal_forms")) == is_listed
