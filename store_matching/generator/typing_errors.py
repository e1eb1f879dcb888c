"""Mistyped and misread letters, for whole columns at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text

# What scanned letters are read as.
MISREAD = {
    "o": "0",
    "l": "1",
    "i": "l",
    "m": "rn",
    "s": "5",
    "e": "c",
    "b": "6",
    "O": "0",
    "I": "1",
    "S": "5",
    "B": "8",
}


def mistype(random: np.random.Generator, values: pa.Array) -> pa.Array:
    """Return each text with one letter dropped, doubled, swapped with the next or replaced.

    values: texts without null; texts under four characters stay as they are
    """
    rows = values.to_pylist()
    letters = np.array(rows, dtype=np.str_)
    width = max(letters.dtype.itemsize // 4, 1)
    codes = letters.view(np.uint32).reshape(len(rows), width)
    lengths = np.char.str_len(letters)
    # The first letter is rarely mistyped, and blocking on it is common: keep it.
    position = 1 + (random.random(len(rows)) * np.maximum(lengths - 2, 1)).astype(np.int64)
    kind = random.integers(0, 4, len(rows))
    column = np.arange(width + 1)[None, :]
    padded = np.concatenate([codes, np.zeros((len(rows), 1), dtype=np.uint32)], axis=1)
    source = np.broadcast_to(column, padded.shape).copy()
    here = position[:, None]
    source = np.where((kind == 0)[:, None] & (column >= here), column + 1, source)
    source = np.where((kind == 1)[:, None] & (column > here), column - 1, source)
    swapped = (kind == 2)[:, None]
    source = np.where(swapped & (column == here), column + 1, source)
    source = np.where(swapped & (column == here + 1), column - 1, source)
    edited = np.take_along_axis(padded, np.minimum(source, width), axis=1)
    replaced = np.flatnonzero(kind == 3)
    edited[replaced, position[replaced]] = near_letters(random, padded[replaced, position[replaced]])
    edited = np.where((lengths < 4)[:, None], padded, edited)
    texts = np.ascontiguousarray(edited).view(f"<U{width + 1}").ravel()
    return text.strings(texts.tolist())


def near_letters(random: np.random.Generator, codes: np.ndarray) -> np.ndarray:
    """Return another letter of the same alphabet for each character code."""
    lower, upper = (codes >= 97) & (codes <= 122), (codes >= 65) & (codes <= 90)
    shift = random.integers(1, 26, len(codes)).astype(np.uint32)
    other = np.where(lower, 97 + (codes - 97 + shift) % 26, codes)
    other = np.where(upper, 65 + (codes - 65 + shift) % 26, other)
    other_alphabet = codes > 880
    return np.where(other_alphabet, codes + 1, other).astype(np.uint32)


def misread(values: pa.Array, letter: str) -> pa.Array:
    """Return the text with the first such letter replaced by what it looks like."""
    return pc.replace_substring(values, letter, MISREAD[letter], max_replacements=1)
