"""Names of independent shops: templates filled with words, as whole columns of word numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from store_matching.generator import arrow_text as text
from store_matching.generator.random_streams import WeightedGroups, zipf_weights
from store_matching.generator.vocabulary import Category, Language, load_categories, load_languages

NAME_WORDS = 5
NO_WORD = -1
# Slots are negative numbers in the table of templates; literals are positions in the word list.
SLOTS = (
    "word",
    "family",
    "family2",
    "given",
    "given2",
    "of",
    "noun",
    "qualifier",
    "adjective",
    "city",
    "street",
)
SLOT_LISTS = {"family2": "family", "given2": "given"}
ZIPF_EXPONENTS = {"family": 0.85, "given": 0.7, "of": 0.6, "qualifier": 0.5, "noun": 0.5, "adjective": 0.5}
GENERATED_FAMILY_WEIGHT = 0.35


class WordList:
    """All distinct words and phrases; a name is a row of positions in it."""

    def __init__(self) -> None:
        self._positions: dict[str, int] = {}
        self._items: list[str] = []

    def add(self, word: str) -> int:
        """Return the position of the word, adding it when it is new."""
        position = self._positions.setdefault(word, len(self._items))
        if position == len(self._items):
            self._items.append(word)
        return position

    def add_all(self, words: list[str]) -> np.ndarray:
        """Return the position of each word."""
        return np.array([self.add(word) for word in words], dtype=np.int32)

    def array(self) -> pa.Array:
        """All words as an Arrow array."""
        return text.strings(self._items)


@dataclass
class IndependentNames:
    """Names as word numbers.

    words:         shape (shops, 5), -1 where there is no word
    word_position: column of the trade word, -1 without one
    word_optional: whether the name stands without its trade word
    """

    words: np.ndarray
    word_position: np.ndarray
    word_optional: np.ndarray


class NameGrammar:
    """Draws names of independent shops in every language and trade."""

    def __init__(self) -> None:
        self.words = WordList()
        self._languages: list[Language] = list(load_languages().values())
        self._categories: list[Category] = list(load_categories())
        self._groups = sorted({category.group for category in self._categories})
        self._group_of = np.array([self._groups.index(item.group) for item in self._categories])
        self._build_templates()
        self._build_slots()

    def _build_templates(self) -> None:
        """Put the templates into a table of literals and slots."""
        group, weight, parts, word_position, optional = [], [], [], [], []
        for number, language in enumerate(self._languages):
            for group_number, name in enumerate(self._groups):
                for template in language.templates_of(name):
                    row = [NO_WORD] * NAME_WORDS
                    for column, token in enumerate(template.tokens):
                        row[column] = self._token(token)
                    group.append(number * len(self._groups) + group_number)
                    weight.append(template.weight)
                    parts.append(row)
                    has_word = "{word}" in template.tokens
                    word_position.append(template.tokens.index("{word}") if has_word else -1)
                    optional.append(template.optional_word)
        self._parts = np.array(parts, dtype=np.int32)
        self._template_word = np.array(word_position, dtype=np.int8)
        self._template_optional = np.array(optional)
        self._templates = WeightedGroups(np.array(group), np.array(weight), len(self._languages) * len(self._groups))

    def _token(self, token: str) -> int:
        """Number of a template's token: a slot below -1 or the position of a literal."""
        if token.startswith("{"):
            return -2 - SLOTS.index(token.strip("{}"))
        return self.words.add(token)

    def _build_slots(self) -> None:
        """Make one sampler per slot; its groups are languages, or languages by trade."""
        self._slot_items: dict[str, np.ndarray] = {}
        self._slot_samplers: dict[str, WeightedGroups] = {}
        languages, groups, categories = self._languages, self._groups, self._categories
        for slot in ("family", "given", "of", "qualifier", "adjective"):
            lists = [self._ranked(slot, language) for language in languages]
            self._add_sampler(slot, lists)
        nouns = [list(language.nouns_of(group)) for language in languages for group in groups]
        self._add_sampler("noun", [(items, zipf_weights(len(items), 0.5)) for items in nouns])
        trade = [list(language.words[item.name]) for language in languages for item in categories]
        self._add_sampler("word", [(items, zipf_weights(len(items), 1.2, 1.0)) for items in trade])

    def _ranked(self, slot: str, language: Language) -> tuple[list[str], np.ndarray]:
        """Items of a slot with Zipf weights; family names get a long tail of made-up ones."""
        names = {"qualifier": language.nouns["qualifiers"], "adjective": language.lists["adjectives"]}
        items = list(names.get(slot) or language.lists[slot])
        weights = zipf_weights(len(items), ZIPF_EXPONENTS[slot])
        if slot != "family":
            return items, weights
        stems, endings = language.lists["family_stems"], language.lists["family_endings"]
        made_up = [stem + ending for stem in stems for ending in endings]
        tail = np.full(len(made_up), weights.sum() * GENERATED_FAMILY_WEIGHT / len(made_up))
        return items + made_up, np.concatenate([weights, tail])

    def _add_sampler(self, slot: str, lists: list[tuple[list[str], np.ndarray]]) -> None:
        group = np.repeat(np.arange(len(lists)), [len(items) for items, _ in lists])
        self._slot_items[slot] = self.words.add_all([word for items, _ in lists for word in items])
        weights = np.concatenate([weights for _, weights in lists])
        self._slot_samplers[slot] = WeightedGroups(group, weights, len(lists))

    def draw_words(self, random: np.random.Generator, language: np.ndarray, category: np.ndarray) -> np.ndarray:
        """Return a trade word for each row, by language and trade."""
        return self._draw_slot(random, "word", language, category)

    def _draw_slot(
        self, random: np.random.Generator, slot: str, language: np.ndarray, category: np.ndarray
    ) -> np.ndarray:
        base = SLOT_LISTS.get(slot, slot)
        group = language.astype(np.int64)
        if base == "noun":
            group = group * len(self._groups) + self._group_of[category]
        elif base == "word":
            group = group * len(self._categories) + category
        return self._slot_items[base][self._slot_samplers[base].draw(random, group)]

    def draw(
        self,
        random: np.random.Generator,
        language: np.ndarray,
        category: np.ndarray,
        city_word: np.ndarray,
        street_word: np.ndarray,
    ) -> IndependentNames:
        """Return names for shops of the given language, trade, town and street."""
        group = language.astype(np.int64) * len(self._groups) + self._group_of[category]
        template = self._templates.draw(random, group)
        words = self._parts[template].copy()
        for number, slot in enumerate(SLOTS):
            rows, columns = np.nonzero(words == -2 - number)
            if slot == "city":
                words[rows, columns] = city_word[rows]
            elif slot == "street":
                words[rows, columns] = street_word[rows]
            else:
                words[rows, columns] = self._draw_slot(random, slot, language[rows], category[rows])
        return IndependentNames(words, self._template_word[template], self._template_optional[template])
