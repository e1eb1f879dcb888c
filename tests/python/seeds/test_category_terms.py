"""Kinds of places fit the bits they are kept in and survive the canonical form of a word."""

import duckdb

# A kind is one bit of a signed 64-bit integer, see the macro category_term_bits.
MOST_CATEGORIES = 62


def without_plural(word):
    """A word without its plural s, by the rule of the macro of that name."""
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


def test_kinds_fit_the_bits_of_an_integer(read_seed):
    categories = {row["category"] for row in read_seed("category_terms")}
    assert 40 <= len(categories) <= MOST_CATEGORIES
    highest_bit = duckdb.sql(f"select cast(power(2, {len(categories) - 1}) as bigint)").fetchone()[0]
    assert highest_bit == 2 ** (len(categories) - 1)


def test_singular_and_plural_are_of_one_kind(read_seed):
    kinds = {}
    for row in read_seed("category_terms"):
        assert kinds.setdefault(without_plural(row["term"]), row["category"]) == row["category"], row


def test_canonical_words_are_of_the_kind_of_their_variant(read_seed):
    kinds = {without_plural(row["term"]): row["category"] for row in read_seed("category_terms")}
    for row in read_seed("name_variants"):
        kind = kinds.get(without_plural(row["variant"]))
        if kind is not None:
            assert kinds.get(without_plural(row["canonical"])) == kind, row


def test_words_of_several_languages_meet_in_one_kind(read_seed):
    kinds = {row["term"]: row["category"] for row in read_seed("category_terms")}
    for words in (
        ("bakery", "boulangerie", "backerei", "panaderia", "piekarnia", "foyrnos"),
        ("pharmacy", "apotheke", "apteka", "eczane", "farmakeio", "薬局"),
        ("hairdresser", "coiffeur", "friseur", "parrucchiere", "kuafor"),
    ):
        assert len({kinds[word] for word in words}) == 1, words
