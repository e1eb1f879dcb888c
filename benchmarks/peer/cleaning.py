"""Clean both store lists for the peer, in DuckDB SQL: what an expert does before handing them to Splink."""

from __future__ import annotations

from pathlib import Path

import duckdb

EXTRACT_COLUMNS = (
    "id",
    "name",
    "address",
    "postcode",
    "city",
    "region",
    "country",
    "lat",
    "lon",
    "phone",
    "website",
    "category",
)
LEGAL_FORMS = (
    "sas|sasu|sarl|eurl|sa|snc|sci|gmbh|gmbh co kg|ag|kg|ohg|ug|ek|ev|ltd|limited|plc|llp|llc|inc"
    "|incorporated|corp|corporation|co|company|bv|nv|srl|srls|spa|sl|slu|oy|ab|as|aps|kft|sro|sp z o o"
)
# Longer spelling of a street type -> the one kept. Whole words only, except the German suffix.
STREET_TYPES = (
    ("street|str", "st"),
    ("road", "rd"),
    ("avenue|aven|av", "ave"),
    ("boulevard|bd|boul", "blvd"),
    ("square", "sq"),
    ("place", "pl"),
    ("lane", "ln"),
    ("drive", "dr"),
    ("court", "ct"),
    ("highway", "hwy"),
    ("parkway", "pkwy"),
    ("terrace", "ter"),
    ("crescent", "cres"),
    ("saint", "st"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
)
# Degrees of one blocking cell: 556 m north to south.
CELL_DEGREES = 0.005
EARTH_RADIUS_METRES = 6_371_008.8


def folded(column: str) -> str:
    """SQL expression: lower case, no accents, '&' as 'and', no apostrophe, other punctuation as one blank."""
    lowered = f"replace(strip_accents(lower({column})), '&', ' and ')"
    without_apostrophes = f"regexp_replace({lowered}, '[''’`´]', '', 'g')"
    return f"nullif(trim(regexp_replace({without_apostrophes}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"


def street(column: str) -> str:
    """SQL expression: the folded address without its house number, street types in one spelling."""
    expression = f"regexp_replace({column}, 'strasse\\b|str\\b', 'st', 'g')"
    for spellings, kept in STREET_TYPES:
        expression = f"regexp_replace({expression}, '\\b({spellings})\\b', '{kept}', 'g')"
    expression = f"regexp_replace({expression}, '^\\d+[a-z]?\\b|\\b\\d+[a-z]?$', '', 'g')"
    return f"nullif(trim({expression}), '')"


def read_extract(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> int:
    """Read one extract file (CSV or Parquet) into `table`, every column as text; return its number of rows.

    Columns: `EXTRACT_COLUMNS`; those that the file lacks are null.
    Raises `ValueError` when the file has no `id` or no `name` column.
    """
    reader = "read_parquet(?)" if path.suffix == ".parquet" else "read_csv(?, header = true, all_varchar = true)"
    present = {row[0] for row in connection.execute(f"describe select * from {reader}", [str(path)]).fetchall()}
    if missing := {"id", "name"} - present:
        raise ValueError(f"{path}: no column {', '.join(sorted(missing))}. An extract needs at least id and name.")
    selected = ", ".join(
        f"nullif(trim({name}::varchar), '') as {name}" if name in present else f"null::varchar as {name}"
        for name in EXTRACT_COLUMNS
    )
    connection.execute(f"create or replace table {table} as select {selected} from {reader}", [str(path)])
    return connection.execute(f"select count(*) from {table}").fetchone()[0]


def clean_stores(connection: duckdb.DuckDBPyConnection, rare_below: float = 1.0) -> None:
    """Turn tables `gi_extract` and `th_extract` into `gi` and `th`, ready for Splink.

    rare_below: relative frequency from which on a token is too common to be one of the rarest tokens

    Columns made: unique_id, name_clean, name_compact, name_tokens (tokens with relative frequency),
    rarest_tokens (the two rarest, to block on), house_number, street, postcode, town (city, else an 11 km
    square), phone (last nine digits), near_cells (the nine cells around a GI store, the own cell of a TH
    store), earth_x, earth_y, earth_z (metres).
    """
    connection.execute(f"""
        create or replace table folded as
        select *, {folded("name")} as name_folded, {folded("address")} as address_folded,
            {folded("city")} as city_folded,
            try_cast(lat as double) as latitude, try_cast(lon as double) as longitude,
            regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g') as phone_digits
        from (select 'gi' as side, * from gi_extract union all select 'th' as side, * from th_extract)""")
    connection.execute(f"""
        create or replace table cleaned as
        select side, id as unique_id,
            regexp_replace(name_folded, '( ({LEGAL_FORMS}))+$', '') as name_clean,
            replace(name_clean, ' ', '') as name_compact,
            nullif(coalesce(
                nullif(regexp_extract(address_folded, '^(\\d+)', 1), ''),
                nullif(regexp_extract(address_folded, '(\\d+)[a-z]?$', 1), ''),
                regexp_extract(address_folded, '(\\d+)', 1)), '') as house_number,
            {street("address_folded")} as street,
            regexp_replace(upper(postcode), '[^A-Z0-9]', '', 'g') as postcode_compact,
            nullif(regexp_replace(postcode_compact, '^(\\d{{5}})\\d{{4}}$', '\\1'), '') as postcode,
            floor(latitude * 10)::varchar || '/' || floor(longitude * 10)::varchar as wide_square,
            coalesce(city_folded, wide_square) as town,
            case when length(phone_digits) >= 7 then right(phone_digits, 9) end as phone,
            case when latitude between -90 and 90 and longitude between -180 and 180
                then floor(latitude / {CELL_DEGREES})::bigint end as cell_row,
            case when cell_row is not null then floor(longitude / {CELL_DEGREES})::bigint end as cell_column,
            {EARTH_RADIUS_METRES} * cos(radians(latitude)) * cos(radians(longitude)) as earth_x,
            {EARTH_RADIUS_METRES} * cos(radians(latitude)) * sin(radians(longitude)) as earth_y,
            {EARTH_RADIUS_METRES} * sin(radians(latitude)) as earth_z
        from folded""")
    _tokenise(connection, rare_below)
    for side, reach in (("gi", 1), ("th", 0)):
        # The nine neighbours are written on one side only, so that every near pair meets once.
        cells = ", ".join(
            f"(cell_row + {row}) * 1000000 + cell_column + {column}"
            for row in range(-reach, reach + 1)
            for column in range(-reach, reach + 1)
        )
        connection.execute(f"""
            create or replace table {side} as
            select c.* exclude (side, cell_row, cell_column, postcode_compact, wide_square),
                n.name_tokens, n.rarest_tokens,
                case when cell_row is not null then [{cells}] end as near_cells
            from cleaned as c left join name_tokens as n using (side, unique_id)
            where c.side = '{side}'""")
    for table in ("folded", "cleaned", "tokens", "token_frequencies", "name_tokens"):
        connection.execute(f"drop table {table}")


def _tokenise(connection: duckdb.DuckDBPyConnection, rare_below: float) -> None:
    """Make `name_tokens`: per store its tokens with their relative frequency, and the two rarest.

    The same preparation as in Splink's business-rates example.
    """
    connection.execute("""
        create or replace table tokens as
        select distinct side, unique_id, unnest(string_split(name_clean, ' ')) as token from cleaned""")
    connection.execute("""
        create or replace table token_frequencies as
        select token, (count(*) / (select count(*) from tokens))::float as relative_frequency
        from tokens group by token""")
    connection.execute(f"""
        create or replace table name_tokens as
        select side, unique_id,
            -- The frequency comes first: sorting the list puts the rarest tokens first.
            list_sort(list({{'relative_frequency': relative_frequency, 'token': token}})) as name_tokens,
            list_filter(name_tokens[:2], lambda t: t.relative_frequency < {rare_below}) as rare_tokens,
            list_transform(rare_tokens, lambda t: t.token) as rarest_tokens
        from tokens join token_frequencies using (token)
        group by side, unique_id""")
