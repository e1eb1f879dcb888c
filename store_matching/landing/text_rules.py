"""SQL expressions that read one text of an extract: trimming, missing values, numbers, times, yes and no."""

from __future__ import annotations

from store_matching.landing.columns import MISSING_LITERALS

# DuckDB's trim knows the plain space only; extracts also hold tabs, no-break and zero-width spaces.
BLANKS = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200C)))
    + ("\u2028\u2029\u202f\u205f\u2060\u3000\ufeff")
)
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
COMMA_NUMBER = r"[+-]?\d{1,3},\d+"
MOMENT = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?)?"
TRUE_WORDS = ("true", "t", "yes", "y", "1")
FALSE_WORDS = ("false", "f", "no", "n", "0")


def trimmed(expression: str) -> str:
    """SQL: the text without blanks around it.

    The expression is looked at before it is trimmed: DuckDB's trim with a list takes ten times as long.
    """
    has_blanks = f"regexp_matches({expression}, '^[{BLANKS}]|[{BLANKS}]$')"
    return f"case when {has_blanks} then trim({expression}, '{BLANKS}') else {expression} end"


def without_nul(expression: str) -> str:
    """SQL: the text without NUL bytes."""
    return f"replace({expression}, chr(0), '')"


def optional_text(column: str) -> str:
    """SQL: the trimmed text of an optional column, NULL where it says that there is none.

    One look finds the few values that need any of this.
    """
    words = _alternatives(MISSING_LITERALS)
    is_special = f"regexp_matches({column}, '^{words}$|^[{BLANKS}]|[{BLANKS}]$|\\x00')"
    text = f"trim({without_nul(column)}, '{BLANKS}')"
    cleaned = f"case when not regexp_full_match({text}, '{words}') then {text} end"
    return f"case when {is_special} then {cleaned} else {column} end"


def shown(expression: str) -> str:
    """SQL: the first 200 characters, NUL made visible."""
    return f"replace(left({expression}, 200), chr(0), '\\x00')"


def number(text: str) -> str:
    """SQL: the finite double that `text` writes, a decimal comma understood; else NULL."""
    parsed = (
        f"case when regexp_full_match({text}, '{NUMBER}') then try_cast({text} as double) "
        f"when {is_comma_number(text)} then try_cast(replace({text}, ',', '.') as double) end"
    )
    return f"case when isfinite({parsed}) then {parsed} end"


def is_comma_number(text: str) -> str:
    """SQL: whether `text` is a number written with a decimal comma."""
    return f"regexp_full_match({text}, '{COMMA_NUMBER}')"


def moment(text: str) -> str:
    """SQL: the UTC timestamp that `text` writes in ISO 8601, else NULL. A time without zone is UTC."""
    return (
        f"case when regexp_full_match({text}, '{MOMENT}') then try_cast({text} as timestamptz) at time zone 'UTC' end"
    )


def yes_or_no(text: str) -> str:
    """SQL: the boolean that `text` writes, else NULL."""
    return (
        f"case when regexp_full_match({text}, '{_alternatives(TRUE_WORDS)}') then true "
        f"when regexp_full_match({text}, '{_alternatives(FALSE_WORDS)}') then false end"
    )


def _alternatives(words: tuple[str, ...]) -> str:
    """A pattern of these words in any case: DuckDB would turn a longer `in (…)` into a join over all rows."""
    escaped = (word.replace("\\", "\\\\") for word in words)
    return "(?i:" + "|".join(escaped) + ")"
