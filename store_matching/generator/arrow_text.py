"""Text of whole columns at once, on Arrow arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TextFunction = Callable[[pa.Array], pa.Array]

# What folding to plain letters needs beyond removing combining marks.
LIGATURES = {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ı": "i", "ł": "l"}
GREEK_PAIRS = {"ου": "ou", "Ου": "Ou", "ΟΥ": "OU", "μπ": "b", "Μπ": "B", "ντ": "nt", "γγ": "ng", "αυ": "av"}
GREEK_PAIRS |= {"ευ": "ev", "Ευ": "Ev", "τζ": "tz", "τσ": "ts"}
GREEK_LATIN = (
    "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo "
    "ΑA ΒV ΓG ΔD ΕE ΖZ ΗI ΘTh ΙI ΚK ΛL ΜM ΝN ΞX ΟO ΠP ΡR ΣS ΤT ΥY ΦF ΧCh ΨPs ΩO"
)
CYRILLIC_LATIN = (
    "аa бb вv гg дd еe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хh цts чch шsh щsht ъa ьy юyu яya "
    "АA БB ВV ГG ДD ЕE ЖZh ЗZ ИI ЙY КK ЛL МM НN ОO ПP РR СS ТT УU ФF ХH ЦTs ЧCh ШSh ЩSht ЪA ЮYu ЯYa"
)
GREEK = {pair[0]: pair[1:] for pair in GREEK_LATIN.split()}
CYRILLIC = {pair[0]: pair[1:] for pair in CYRILLIC_LATIN.split()}


def strings(values: list[str | None]) -> pa.Array:
    """Return the values as an Arrow string array."""
    return pa.array(values, type=pa.string())


def wrong_encoding(letter: str) -> str:
    """Return what UTF-8 bytes of a letter look like when read as Windows-1252."""
    return letter.encode().decode("cp1252", errors="ignore")


ENCODING_DAMAGE = {"&": "&amp;", "’": wrong_encoding("’")}
ENCODING_DAMAGE |= {letter: wrong_encoding(letter) for letter in "éèêëàâäçîïôöùûüñóúíáßìòãæœÉÈÇÜÖÄÎ"}


def repeat(value: str, size: int) -> pa.Array:
    """Return `size` copies of one text."""
    return pa.repeat(pa.scalar(value, pa.string()), size)


def take(vocabulary: pa.Array, positions: np.ndarray) -> pa.Array:
    """Return the words at `positions`; a negative position gives null."""
    positions = np.asarray(positions)
    missing = positions < 0
    return vocabulary.take(pa.array(positions, mask=missing if missing.any() else None))


def join(parts: list[pa.Array], separator: str = " ") -> pa.Array:
    """Join the parts of each row, leaving out nulls; a row of nulls becomes the empty text."""
    if any(part.null_count == 0 for part in parts):
        return pc.binary_join_element_wise(*parts, separator, null_handling="skip")
    # Arrow 26 loses the rows in which every part is null: put an empty part in front.
    led = pc.binary_join_element_wise(repeat("", len(parts[0])), *parts, separator, null_handling="skip")
    return pc.utf8_slice_codeunits(led, len(separator)) if separator else led


def number_text(values: np.ndarray) -> pa.Array:
    """Return whole numbers as decimal text."""
    return pa.array(values).cast(pa.string())


def blank_out(values: pa.Array, mask: np.ndarray) -> pa.Array:
    """Return the column with nulls where `mask` is true."""
    return pc.if_else(pa.array(mask), pa.scalar(None, values.type), values)


def keep_where(values: pa.Array, mask: np.ndarray) -> pa.Array:
    """Return the column with nulls where `mask` is false."""
    return blank_out(values, ~mask)


def apply_where(values: pa.Array, mask: np.ndarray, function: TextFunction) -> tuple[pa.Array, np.ndarray]:
    """Apply `function` to the rows of `mask`; return the new column and which rows changed."""
    changed = np.zeros(len(values), dtype=bool)
    if not mask.any():
        return values, changed
    flags = pa.array(mask)
    before = values.filter(flags)
    after = function(before)
    changed[mask] = as_mask(pc.not_equal(before, after))
    return pc.replace_with_mask(values, flags, after), changed


def as_mask(flags: pa.Array) -> np.ndarray:
    """Return a boolean column as numpy; null counts as false."""
    return pc.fill_null(flags, False).to_numpy(zero_copy_only=False)


def is_present(values: pa.Array) -> np.ndarray:
    """Mask of the rows that hold a value."""
    return as_mask(pc.is_valid(values))


def strip_accents(values: pa.Array) -> pa.Array:
    """Return the text without accents: "Hôtel Cœur" becomes "Hotel Coeur"."""
    values = pc.replace_substring_regex(pc.utf8_normalize(values, form="NFD"), r"\p{Mn}+", "")
    return replace_all(values, LIGATURES)


def transliterate(values: pa.Array) -> pa.Array:
    """Return Greek and Cyrillic text in Latin letters."""
    values = replace_all(values, {"й": "y", "Й": "Y"})
    values = strip_accents(values)
    for table in (GREEK_PAIRS, GREEK, CYRILLIC):
        values = replace_all(values, table)
    return values


def replace_all(values: pa.Array, table: Mapping[str, str]) -> pa.Array:
    """Replace every key of `table` by its value, in the order of the table."""
    for old, new in table.items():
        values = pc.replace_substring(values, old, new)
    return values


def damage_encoding(values: pa.Array) -> pa.Array:
    """Return the text as a wrong encoding shows it: "CafÃ©" for "Café"."""
    return replace_all(values, ENCODING_DAMAGE)


def replace_words(values: pa.Array, table: Mapping[str, str]) -> pa.Array:
    """Replace whole words: a word ends at a blank, a hyphen, an apostrophe or the end of the text."""
    for word, short in table.items():
        pattern = r"(^|[ \-'])" + word + r"($|[ \-'])"
        values = pc.replace_substring_regex(values, pattern, r"\1" + short + r"\2")
    return values


def slug(values: pa.Array, separator: str = "-") -> pa.Array:
    """Return the text as it stands in web addresses: "L'Épi d'Or" becomes "l-epi-d-or"."""
    values = pc.utf8_lower(transliterate(values))
    values = pc.replace_substring_regex(values, "[^a-z0-9]+", separator)
    return pc.utf8_trim(values, separator) if separator else values


def capitalize_first(values: pa.Array) -> pa.Array:
    """Return the text with its first letter in upper case, the rest untouched."""
    first = pc.utf8_upper(pc.utf8_slice_codeunits(values, 0, 1))
    return pc.binary_join_element_wise(first, pc.utf8_slice_codeunits(values, 1), "")
