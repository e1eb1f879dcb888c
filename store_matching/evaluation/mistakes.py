"""What wrong and missed matches have in common: cause, comparison levels, missing fields, country."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from store_matching.evaluation.breakdown import Breakdown, break_down

FIELDS = ("address", "postcode", "city", "region", "country", "phone", "website", "category")
# Comparisons that make up a pattern: enough to recognise a situation, few enough that it occurs again.
PATTERN_COMPARISONS = 2


@dataclass(frozen=True)
class CountryQuality:
    """Right, wrong and missed pairs of the GI stores of one country, as the extract writes it."""

    country: str
    true_positives: int
    false_positives: int
    false_negatives: int


@dataclass(frozen=True)
class Mistakes:
    """Breakdowns of wrong pairs (false positives) and missed pairs (false negatives)."""

    false_positives: tuple[Breakdown, ...]
    false_negatives: tuple[Breakdown, ...]
    countries: tuple[CountryQuality, ...]


def find_mistakes(connection: duckdb.DuckDBPyConnection, threshold: float | None) -> Mistakes:
    """Break the wrong and the missed pairs of `outcomes` down.

    threshold: match score from which a pair counts as a match; without it pairs below it are not told apart
    Reads `outcomes`, `matches`, `duplicates`, `truth`, `stores` and, when it is there, `pairs`.
    """
    has_pairs = _has_rows(connection, "select 1 from duckdb_tables() where table_name = 'pairs'")
    has_stores = _has_rows(connection, "select 1 from stores limit 1")
    score = "outcomes.match_score" if not has_pairs else "coalesce(pairs.match_score, outcomes.match_score)"
    joined = "left join pairs using (gi_id, th_id)" if has_pairs else ""
    connection.execute(
        f"""create or replace temp table error_scores as
            select gi_id, th_id, {score} as match_score from outcomes {joined}
            where outcome <> 'TP'"""
    )
    wrong = [break_down(connection, "by what is known of the true partners", _wrong_partner_sql())]
    missed = [break_down(connection, "by cause", _missed_cause_sql(has_pairs, threshold))]
    for outcome, breakdowns in (("FP", wrong), ("FN", missed)):
        if has_pairs:
            breakdowns.extend(_level_breakdowns(connection, outcome))
        if has_stores:
            breakdowns.append(
                break_down(
                    connection,
                    "by field missing on one side or both",
                    _missing_sql(outcome),
                    _missing_sql("TP"),
                )
            )
            breakdowns.append(
                break_down(connection, "by country of the GI store", _country_sql(outcome), _country_sql("TP"))
            )
    return Mistakes(tuple(wrong), tuple(missed), _countries(connection) if has_stores else ())


def _has_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    return connection.execute(sql).fetchone() is not None


def _wrong_partner_sql() -> str:
    return """
        select outcomes.gi_id, outcomes.th_id,
            case
                when gi.gi_id is null and th.th_id is null then 'neither store has a true partner'
                when gi.gi_id is null then 'only the TH store has a true partner'
                when th.th_id is null then 'only the GI store has a true partner'
                else 'both stores have another true partner'
            end as property
        from outcomes
        left join (select distinct gi_id from truth) as gi on outcomes.gi_id = gi.gi_id
        left join (select distinct th_id from truth) as th on outcomes.th_id = th.th_id
        where outcome = 'FP'
    """


def _missed_cause_sql(has_pairs: bool, threshold: float | None) -> str:
    """SQL: missed pairs with the first reason that applies."""
    scored = ""
    join = ""
    if has_pairs:
        join = "left join pairs on missed.gi_id = pairs.gi_id and missed.th_id = pairs.th_id"
        scored = "when pairs.gi_id is null then 'not blocked: no rule proposed the pair'"
        if threshold is not None:
            scored += f" when coalesce(pairs.match_score, -1) < {threshold} then 'below the threshold'"
    return f"""
        with placed as (
            select 'GI' as source, gi_id as id, gi_id as representative_id
            from matches where gi_id is not null
            union all
            select 'TH', th_id, any_value(th_id) from matches where th_id is not null group by th_id
            union all
            select source, id, representative_id from duplicates
        )
        select missed.gi_id, missed.th_id,
            case
                when gi.id is null or th.id is null
                    then 'not in the outputs: row rejected, deleted or not in the file'
                when place.gi_id is not null
                    then 'a linked duplicate: its place is matched, under its representative'
                when gi.id <> gi.representative_id or th.id <> th.representative_id
                    then 'a linked duplicate: its representative is matched elsewhere or not at all'
                {scored}
                when gi_match.gi_id is not null and th_match.th_id is not null
                    then 'both partners taken by another store'
                when gi_match.gi_id is not null then 'the GI store took another partner'
                when th_match.th_id is not null then 'the TH store was taken by another'
                else 'neither store is matched'
            end as property
        from (select gi_id, th_id from outcomes where outcome = 'FN') as missed
        left join placed as gi on gi.source = 'GI' and missed.gi_id = gi.id
        left join placed as th on th.source = 'TH' and missed.th_id = th.id
        left join matches as place
            on gi.representative_id = place.gi_id and th.representative_id = place.th_id
        left join (select gi_id from matches where th_id is not null) as gi_match
            on missed.gi_id = gi_match.gi_id
        left join (select distinct th_id from matches where gi_id is not null) as th_match
            on missed.th_id = th_match.th_id
        {join}
    """


def _level_breakdowns(connection: duckdb.DuckDBPyConnection, outcome: str) -> list[Breakdown]:
    names = [row[0] for row in connection.execute("select column_name from (describe pairs)").fetchall()]
    levels = [name.removeprefix("level_") for name in names if name.startswith("level_")]
    breakdowns = []
    if levels:
        title = "by comparison level"
        sql = [_single_level_sql(levels, kind) for kind in (outcome, "TP")]
        breakdowns.append(break_down(connection, title, *sql))
    with_points = [name for name in levels if f"points_{name}" in names]
    if len(with_points) >= PATTERN_COMPARISONS:
        what = "spoke most for the pair" if outcome == "FP" else "spoke most against the pair"
        sql = [_pattern_sql(with_points, kind, outcome) for kind in (outcome, "TP")]
        breakdowns.append(break_down(connection, f"by pattern: the comparisons that {what}", *sql))
    return breakdowns


def _pairs_of(kind: str) -> str:
    return f"pairs semi join (select gi_id, th_id from outcomes where outcome = '{kind}') using (gi_id, th_id)"


def _single_level_sql(levels: list[str], kind: str) -> str:
    columns = ", ".join(f"'{name} = ' || level_{name}" for name in levels)
    return f"select gi_id, th_id, unnest([{columns}]) as property from {_pairs_of(kind)}"


def _pattern_sql(comparisons: list[str], kind: str, outcome: str) -> str:
    """SQL: the comparisons with most points (wrong pairs) or fewest (missed pairs), with their levels."""
    order = "desc" if outcome == "FP" else "asc"
    triples = ", ".join(f"{{'points': points_{name}, 'name': '{name}', 'level': level_{name}}}" for name in comparisons)
    return f"""
        with compared as (
            select gi_id, th_id, unnest([{triples}]) as comparison from {_pairs_of(kind)}
        ),
        ranked as (
            select gi_id, th_id, comparison.name as name, comparison.level as level,
                row_number() over (
                    partition by gi_id, th_id order by comparison.points {order}, comparison.name
                ) as place
            from compared
        )
        select gi_id, th_id, string_agg(name || ' = ' || level, ', ' order by name) as property
        from ranked where place <= {PATTERN_COMPARISONS}
        group by gi_id, th_id
    """


def _missing_sql(kind: str) -> str:
    fields = [f"case when {_is_blank('gi', f)} or {_is_blank('th', f)} then '{f}' end" for f in FIELDS]
    points = " or ".join(_is_blank(side, column) for side in ("gi", "th") for column in ("lat", "lon"))
    fields.append(f"case when {points} then 'point' end")
    return f"""
        select outcomes.gi_id, outcomes.th_id, unnest([{", ".join(fields)}]) as property
        from outcomes
        inner join stores as gi on gi.source = 'GI' and outcomes.gi_id = gi.id
        inner join stores as th on th.source = 'TH' and outcomes.th_id = th.id
        where outcome = '{kind}'
    """


def _is_blank(side: str, column: str) -> str:
    return f"coalesce(trim({side}.{column}), '') = ''"


def _country_sql(kind: str) -> str:
    return f"""
        select outcomes.gi_id, outcomes.th_id,
            coalesce(upper(gi.country), upper(th.country), '(no country)') as property
        from outcomes
        left join stores as gi on gi.source = 'GI' and outcomes.gi_id = gi.id
        left join stores as th on th.source = 'TH' and outcomes.th_id = th.id
        where outcome = '{kind}'
    """


def _countries(connection: duckdb.DuckDBPyConnection) -> tuple[CountryQuality, ...]:
    rows = connection.execute(
        f"""with by_outcome as (
                select property, 'TP' as outcome from ({_country_sql("TP")})
                union all
                select property, 'FP' from ({_country_sql("FP")})
                union all
                select property, 'FN' from ({_country_sql("FN")})
            )
            select property, count(*) filter (where outcome = 'TP'), count(*) filter (where outcome = 'FP'),
                count(*) filter (where outcome = 'FN')
            from by_outcome group by property order by count(*) desc, property"""
    ).fetchall()
    return tuple(CountryQuality(*row) for row in rows)
