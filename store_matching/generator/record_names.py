"""Names as one source writes them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.chains import BRANCH_STYLES
from store_matching.generator.ledger import NoiseLedger
from store_matching.generator.name_grammar import NO_WORD, IndependentNames
from store_matching.generator.typing_errors import MISREAD, misread, mistype
from store_matching.generator.vocabulary import load_languages
from store_matching.generator.world import World

TRUNCATED_LENGTH = 24
NUMBER_FORMS = ("#{}", "N°{}", "({})")


def make_names(world: World, ledger: NoiseLedger, stores: np.ndarray) -> pa.Array:
    """Return the name of each record; `stores` is the shop of each record."""
    renamed = world.renamed[ledger.source][stores]
    ledger.keep("renamed_store", renamed)
    branch = (world.businesses.chain[stores] >= 0) & ~renamed
    independent = independent_names(world, ledger, stores, renamed, ~branch)
    chain = chain_names(world, ledger, stores, branch)
    base = pc.if_else(pa.array(branch), chain, independent)
    return surface_noise(world, ledger, stores, add_parts(world, ledger, stores, branch, base))


def independent_names(
    world: World, ledger: NoiseLedger, stores: np.ndarray, renamed: np.ndarray, among: np.ndarray
) -> pa.Array:
    """Return names of independent shops with noise in their words."""
    names, language = chosen_names(world, stores, renamed), world.businesses.language[stores]
    words, word_at = names.words, names.word_position.astype(np.int64)
    random = ledger.random("trade words")
    other = world.businesses.grammar.draw_words(random, language, world.businesses.category[stores])
    rows = np.arange(len(stores))
    has_word = among & (word_at >= 0)
    replaced = ledger.draw("category_word_replaced", has_word)
    replaced &= words[rows, np.maximum(word_at, 0)] != other
    words[rows[replaced], word_at[replaced]] = other[replaced]
    dropped = ledger.draw("category_word_dropped", has_word & names.word_optional & ~replaced)
    words[rows[dropped], word_at[dropped]] = NO_WORD
    added = ledger.draw("category_word_added", among & ~has_word)
    swapped = ledger.draw("words_swapped", among & ((words >= 0).sum(axis=1) > 1) & ~added)
    ledger.keep("category_word_replaced", replaced)
    ledger.keep("category_word_dropped", dropped)
    ledger.keep("category_word_added", added)
    ledger.keep("words_swapped", swapped)
    front = np.where(added, other, NO_WORD)
    # Moving the first word to the end: the other columns keep their order.
    last = np.full(len(stores), NO_WORD, dtype=np.int32)
    first_column = np.argmax(words >= 0, axis=1)
    last[swapped] = words[rows[swapped], first_column[swapped]]
    words[rows[swapped], first_column[swapped]] = NO_WORD
    vocabulary = world.businesses.words
    columns = [front, *words.T, last]
    joined = text.join([text.take(vocabulary, column) for column in columns])
    return pc.replace_substring(joined, " '", "'")


def chosen_names(world: World, stores: np.ndarray, renamed: np.ndarray) -> IndependentNames:
    """Return a copy of the names of the shops, the other name where a shop is renamed."""
    own, other = world.businesses.names, world.businesses.other_names
    return IndependentNames(
        np.where(renamed[:, None], other.words[stores], own.words[stores]),
        np.where(renamed, other.word_position[stores], own.word_position[stores]),
        np.where(renamed, other.word_optional[stores], own.word_optional[stores]),
    )


def chain_names(world: World, ledger: NoiseLedger, stores: np.ndarray, branch: np.ndarray) -> pa.Array:
    """Return the chain's name for branches: its format, the brand alone or another spelling."""
    chains = world.businesses.chains
    chain = np.where(branch, world.businesses.chain[stores], -1)
    count = np.array([len(items) for items in chains.spellings], dtype=np.int64)
    offset = np.concatenate(([0], np.cumsum(count)[:-1]))
    base = np.maximum(chain, 0)
    spelled = ledger.draw("chain_spelling", branch & (count[base] > 0))
    random = ledger.random("spellings")
    spelling = offset[base] + (random.random(len(stores)) * count[base]).astype(np.int64)
    differs = np.array([group != name for group, name in zip(chains.group, chains.name, strict=True)])
    brand = ledger.draw("format_dropped", branch & differs[base] & ~spelled)
    ledger.keep("chain_spelling", spelled)
    ledger.keep("format_dropped", brand)
    other = [spelling for items in chains.spellings for spelling in items]
    all_names = text.strings(chains.name + chains.group + other)
    position = np.where(brand, chain + len(chains.name), chain)
    position = np.where(spelled, spelling + 2 * len(chains.name), position)
    return text.take(all_names, position)


def add_parts(world: World, ledger: NoiseLedger, stores: np.ndarray, branch: np.ndarray, base: pa.Array) -> pa.Array:
    """Put legal form, branch, town, host and remark around the name."""
    size = len(stores)
    random = ledger.random("name parts")
    site, businesses = world.site[stores], world.businesses
    city = text.take(businesses.words, businesses.city_word[site])
    parts: list[pa.Array] = []
    legal = ledger.draw("legal_form_added", ~branch)
    ledger.keep("legal_form_added", legal)
    form = from_language(world, random, stores, "legal_forms", legal)
    before = random.random(size) < 0.35
    parts += [text.keep_where(form, before), base]
    parts += branch_parts(world, ledger, stores, branch, city)
    town = ledger.draw("city_added", ~branch & (businesses.city_word[site] >= 0))
    ledger.keep("city_added", town)
    parts.append(text.keep_where(city, town))
    host = world.host[stores]
    hosted = ledger.draw("host_added", (host >= 0) & (businesses.chain[np.maximum(host, 0)] >= 0))
    ledger.keep("host_added", hosted)
    host_chain = np.where(hosted, businesses.chain[np.maximum(host, 0)], -1)
    host_name = text.take(text.strings(businesses.chains.name), host_chain)
    dash = text.take(text.strings([" – ", " - ", " ", " @ "]), random.integers(0, 4, size))
    parts.append(pc.binary_join_element_wise(pc.utf8_trim_whitespace(dash), host_name, " "))
    note = ledger.draw("note_added")
    ledger.keep("note_added", note)
    parts.append(from_language(world, random, stores, "notes", note))
    parts.append(text.keep_where(form, ~before))
    return text.join(parts)


def branch_parts(
    world: World, ledger: NoiseLedger, stores: np.ndarray, branch: np.ndarray, city: pa.Array
) -> list[pa.Array]:
    """Return what the chain's style in this source puts behind its name: town, street, number or trade."""
    businesses, places = world.businesses, world.places
    chain = np.maximum(businesses.chain[stores], 0)
    style = businesses.chains.branch_style[ledger.source][chain]
    added = ledger.draw("branch_added", branch & (style > 0))
    ledger.keep("branch_added", added)
    place = world.sites.place[world.site[stores]]
    number = businesses.store_number[stores]
    form = chain % len(NUMBER_FORMS)
    front, back = (text.strings([item.split("{}")[side] for item in NUMBER_FORMS]) for side in (0, 1))
    numbered = text.join([text.take(front, form), text.number_text(number), text.take(back, form)], "")
    random = ledger.random("branch trade")
    trade = businesses.grammar.draw_words(random, businesses.language[stores], businesses.category[stores])
    columns = {
        "town": city,
        "street": text.take(places.label, place),
        "number": numbered,
        "trade": text.take(businesses.words, trade),
    }
    return [text.keep_where(column, added & (style == BRANCH_STYLES.index(name))) for name, column in columns.items()]


def from_language(
    world: World, random: np.random.Generator, stores: np.ndarray, name: str, mask: np.ndarray
) -> pa.Array:
    """Return an item of one word list of each record's language where `mask` is true."""
    lists = [language.lists[name] for language in load_languages().values()]
    counts = np.array([len(items) for items in lists])
    offsets = np.concatenate(([0], np.cumsum(counts)[:-1]))
    language = world.businesses.language[stores]
    draw = (random.random(len(stores)) * counts[language]).astype(np.int64)
    items = text.strings([item for items in lists for item in items])
    return text.take(items, np.where(mask, offsets[language] + draw, -1))


def surface_noise(world: World, ledger: NoiseLedger, stores: np.ndarray, names: pa.Array) -> pa.Array:
    """Abbreviate, join, cut and mistype names."""
    language = world.businesses.language[stores]
    chosen = ledger.draw("name_abbreviated")
    for number, words in enumerate(load_languages().values()):
        names = _apply(
            ledger,
            "name_abbreviated",
            names,
            chosen & (language == number),
            lambda values, table=words.short_forms: text.replace_words(values, table),
        )
    names = _apply(ledger, "punctuation_changed", names, ledger.draw("punctuation_changed"), drop_punctuation)
    names = _apply(ledger, "words_joined", names, ledger.draw("words_joined"), join_words)
    names = _apply(ledger, "name_truncated", names, ledger.draw("name_truncated"), truncate)
    random = ledger.random("name letters")
    names = _apply(ledger, "name_typo", names, ledger.draw("name_typo"), lambda values: mistype(random, values))
    chosen, letter = ledger.draw("name_misread"), random.integers(0, len(MISREAD), len(stores))
    for number, character in enumerate(MISREAD):
        mask = chosen & (letter == number)
        names = _apply(ledger, "name_misread", names, mask, lambda values, c=character: misread(values, c))
    return pc.utf8_trim_whitespace(names)


def _apply(ledger: NoiseLedger, kind: str, values: pa.Array, mask: np.ndarray, function: text.TextFunction) -> pa.Array:
    values, changed = text.apply_where(values, mask, function)
    ledger.keep(kind, changed)
    return values


def drop_punctuation(values: pa.Array) -> pa.Array:
    """Return names without hyphens, apostrophes and full stops: "E.Leclerc" becomes "E Leclerc"."""
    return pc.replace_substring_regex(values, r"[-.'’/]+", " ")


def join_words(values: pa.Array) -> pa.Array:
    """Return names with their last blank left out."""
    return pc.replace_substring_regex(values, r"^(.*\S) (\S+)$", r"\1\2")


def truncate(values: pa.Array) -> pa.Array:
    """Return names cut after 24 letters."""
    return pc.utf8_rtrim_whitespace(pc.utf8_slice_codeunits(values, 0, TRUNCATED_LENGTH))
