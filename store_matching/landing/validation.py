"""The rules of a loaded extract, as SQL over the temporary table `extract_rows`.

Steps, each a temporary table of the loading connection:
`extract_rows`    record_number and every column as the file writes it
`refused_rows`    record_number, column_name, value, reason: rows that land in RAW.rejected_rows
`checked_rows`    the other rows with clean values and, where one was bad, what was wrong
`ignored_values`  record_number, column_name, value, reason, action of single values
"""

from __future__ import annotations

from store_matching.landing import text_rules as rules
from store_matching.landing.columns import EXTRACT_COLUMNS, MAXIMUM_TEXT_LENGTH, ExtractColumn
from store_matching.landing.extract import Extract

SET_TO_MISSING = "set to missing"
REPAIRED = "repaired"
TEXT_COLUMNS = tuple(column.name for column in EXTRACT_COLUMNS if column.kind == "text")


def refused_rows_sql(extract: Extract) -> str:
    """SQL of `refused_rows`: rows without usable id or name, and all but the first usable row of an id."""
    id_header, name_header = (_literal(extract.header_of(column)) for column in ("id", "name"))
    return f"""
        create or replace temp table refused_rows as
        with judged as (
            select record_number, id, name,
                {_required_text_problem("id")} as id_problem,
                {_required_text_problem("name")} as name_problem
            from extract_rows
        ),
        repeated as (
            select id, min(record_number) as first_record
            from judged
            where id_problem is null and name_problem is null
            group by id
            having count(*) > 1
        )
        select
            record_number,
            case when id_problem is not null then {id_header} else {name_header} end as column_name,
            {rules.shown("case when id_problem is not null then id else name end")} as value,
            coalesce(id_problem, name_problem) as reason
        from judged
        where id_problem is not null or name_problem is not null
        union all
        select judged.record_number, {id_header}, {rules.shown("judged.id")},
            'duplicate id: row ' || repeated.first_record || ' has it already'
        from judged
        inner join repeated on judged.id = repeated.id
        where judged.record_number > repeated.first_record
            and judged.id_problem is null and judged.name_problem is null
    """


def checked_rows_sql() -> str:
    """SQL of `checked_rows`: clean values of the kept rows, and <column>_problem where one was bad."""
    texts = ",\n".join(
        f"case when length({column}) <= {MAXIMUM_TEXT_LENGTH} then {column} end as {column}" for column in TEXT_COLUMNS
    )
    raw_texts = ",\n".join(f"{rules.optional_text(column)} as {column}" for column in _optional_columns())
    return f"""
        create or replace temp view checked_rows as
        with read as (
            select record_number, id, {rules.trimmed("name")} as name, {raw_texts}
            from extract_rows
            anti join refused_rows using (record_number)
        ),
        parsed as (
            select *,
                {rules.number("lat")} as lat_number, {rules.number("lon")} as lon_number,
                {rules.moment("updated_at")} as updated_moment,
                {rules.yes_or_no("is_deleted")} as deleted_flag
            from read
        ),
        oriented as (
            select *,
                coalesce(
                    abs(lat_number) > 90 and abs(lat_number) <= 180 and abs(lon_number) <= 90, false
                ) as is_swapped
            from parsed
        ),
        placed as (
            select *,
                case when is_swapped then lon_number else lat_number end as placed_lat,
                case when is_swapped then lat_number else lon_number end as placed_lon
            from oriented
        ),
        judged as (
            select *,
                coalesce(abs(placed_lat) <= 90, false) as lat_is_usable,
                coalesce(abs(placed_lon) <= 180, false) as lon_is_usable,
                coalesce(placed_lat = 0 and placed_lon = 0, false) as is_origin
            from placed
        )
        select
            record_number, id, name, {texts},
            case when lat_is_usable and lon_is_usable and not is_origin then placed_lat end as lat,
            case when lat_is_usable and lon_is_usable and not is_origin then placed_lon end as lon,
            updated_moment as updated_at,
            deleted_flag as is_deleted,
            {_coordinate_problem("lat", "lon", 90)} as lat_problem,
            {_coordinate_problem("lon", "lat", 180)} as lon_problem,
            case when updated_at is not null and updated_moment is null
                then 'not a date and time such as 2026-01-31 13:45:00' end as updated_at_problem,
            case when is_deleted is not null and deleted_flag is null
                then 'not true or false' end as is_deleted_problem
        from judged
    """


def ignored_values_sql(extract: Extract) -> str:
    """SQL of `ignored_values`: one row per bad optional value of a kept row, with what was done about it."""
    parts = []
    for name in extract.columns:
        if name in TEXT_COLUMNS:
            too_long = f"length({rules.trimmed(rules.without_nul(name))}) > {MAXIMUM_TEXT_LENGTH}"
            parts.append(
                f"""select record_number, {_literal(extract.header_of(name))} as column_name,
                    {rules.shown(name)} as value,
                    case when {too_long}
                        then 'longer than {MAXIMUM_TEXT_LENGTH:,} characters (' || length({name}) || ')'
                        else 'holds a NUL byte' end as reason,
                    case when {too_long} then '{SET_TO_MISSING}' else '{REPAIRED}' end as action
                from extract_rows anti join refused_rows using (record_number)
                where length({name}) > {MAXIMUM_TEXT_LENGTH} and {too_long} or contains({name}, chr(0))"""
            )
        elif name not in ("id", "name"):
            parts.append(
                f"""select record_number, {_literal(extract.header_of(name))},
                    {rules.shown("extract_rows." + name)}, {name}_problem,
                    case when {name}_problem like 'swapped%' or {name}_problem like 'decimal comma%'
                        then '{REPAIRED}' else '{SET_TO_MISSING}' end
                from checked_rows inner join extract_rows using (record_number)
                where {name}_problem is not null"""
            )
    empty = "select 0::bigint as record_number, '' as column_name, '' as value, '' as reason, '' as action where false"
    return "create or replace temp table ignored_values as " + "\nunion all\n".join([empty, *parts])


def _required_text_problem(column: str) -> str:
    return (
        f"case when {column} is null or {rules.trimmed(column)} = '' then '{column} is missing' "
        f"when contains({column}, chr(0)) then '{column} holds a NUL byte' "
        f"when length({column}) > {MAXIMUM_TEXT_LENGTH} "
        f"then '{column} is longer than {MAXIMUM_TEXT_LENGTH:,} characters (' || length({column}) || ')' end"
    )


def _coordinate_problem(column: str, partner: str, limit: int) -> str:
    return f"""
        case
            when {column} is null then null
            when {column}_number is null then 'not a number'
            when is_swapped then 'swapped with {partner}'
            when not {column}_is_usable then 'outside -{limit} to {limit}'
            when {partner} is null then 'its {partner} is missing'
            when not {partner}_is_usable then 'its {partner} is unusable'
            when is_origin then 'lat 0, lon 0 stands for an unknown place'
            when {rules.is_comma_number(column)} then 'decimal comma'
        end
    """


def _optional_columns() -> list[str]:
    return [column.name for column in EXTRACT_COLUMNS if _is_optional(column)]


def _is_optional(column: ExtractColumn) -> bool:
    return column.kind not in ("identifier", "name")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\x00", "") + "'"
