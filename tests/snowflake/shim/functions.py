"""Shim: functions that fakesnow has not, or has otherwise than Snowflake's reference says."""

from collections.abc import Callable
from string import Template

import duckdb
from fakesnow import macros, transforms
from sqlglot import exp

given_replace = transforms.regex_replace
given_substr = transforms.regex_substr


DECIMALS = "coalesce(try_cast(nullif(regexp_extract(typeof(a), ',([0-9]+)', 1), '') as integer), 0)"
DIVIDED = f"""
    create or replace macro _fs_global.main.divided(a, b) as (
        case
            when b = 0 then error('Division by zero')
            when typeof(a) in ('DOUBLE', 'FLOAT') or typeof(b) in ('DOUBLE', 'FLOAT') then a / b
            else round(a / b, greatest({DECIMALS}, least({DECIMALS} + 6, 12)))
        end
    )
"""


# fakesnow numbers the items in the order in which DuckDB happens to give them; arrays alone are read here.
FLATTENED = """
    create or replace macro {database}._fs_flatten(input) as table
    select
        hash(to_json(input)) as seq,
        cast(null as varchar) as key,
        '[' || place || ']' as path,
        place as index,
        list_extract(cast(to_json(input) as json[]), place + 1) as value,
        to_json(input) as this
    from unnest(range(cast(json_array_length(to_json(input)) as bigint))) as places(place)
"""


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the functions below in the place of fakesnow's, or before them."""
    connection.execute(DIVIDED)
    macros.FS_FLATTEN = Template(FLATTENED.format(database="${catalog}"))
    # DuckDB has MERGE itself; fakesnow's, in several statements, cannot be part of a transaction.
    transforms.merge = lambda expression: [expression]
    transforms.regex_replace = regexp_replace
    transforms.regex_substr = regexp_substr
    transforms.array_construct_etc = first(list_of_values, transforms.array_construct_etc)
    transforms.array_size = first(missing_is_missing, transforms.array_size)
    # After fakesnow's own types, which make every whole number a BIGINT.
    ours = (sharp_s_in_capitals, bytes_of_text, small_code_point, fixed_point_division)
    for step in reversed(ours):
        transforms.random = first(step, transforms.random)


def first(ours: Callable, given: Callable) -> Callable:
    """Return a step that does ours and then fakesnow's."""
    return lambda expression: given(ours(expression))


def backslashes_once(expression: exp.Expression) -> exp.Expression:
    """Double the backslashes of a pattern: fakesnow halves them although sqlglot has read them as Snowflake does."""
    if isinstance(expression, exp.RegexpExtract | exp.RegexpReplace) and isinstance(expression.expression, exp.Literal):
        pattern = expression.expression
        expression.set("expression", exp.Literal.string(pattern.this.replace("\\", "\\\\")))
    return expression


def regexp_replace(expression: exp.Expression) -> exp.Expression:
    """REGEXP_REPLACE(subject, pattern, replacement, 1, 1) replaces the first match, as DuckDB's does by itself."""
    if not isinstance(expression, exp.RegexpReplace):
        return expression
    limits = [expression.args.get(name) for name in ("position", "occurrence")]
    if [limit.name if limit is not None else None for limit in limits] == ["1", "1"]:
        call = [expression.this, expression.expression, expression.args["replacement"]]
        return exp.Anonymous(this="regexp_replace", expressions=call)
    return given_replace(backslashes_once(expression))


def regexp_substr(expression: exp.Expression) -> exp.Expression:
    """REGEXP_SUBSTR with its pattern read once."""
    return given_substr(backslashes_once(expression)) if isinstance(expression, exp.RegexpExtract) else expression


def list_of_values(expression: exp.Expression) -> exp.Expression:
    """ARRAY_CONSTRUCT inside an expression, by DuckDB's function: sqlglot writes ARRAY(…) behind some clauses."""
    if isinstance(expression, exp.Array) and not isinstance(expression.parent, exp.Select):
        return exp.Anonymous(this="list_value", expressions=expression.expressions)
    return expression


def missing_is_missing(expression: exp.Expression) -> exp.Expression:
    """GREATEST and LEAST are null where one argument is; DuckDB's leave it out."""
    if isinstance(expression, exp.Greatest | exp.Least) and not expression.args.get("is_ours"):
        values = [expression.this, *expression.expressions]
        call = expression.copy()
        call.set("is_ours", True)
        missing = exp.or_(*[exp.Is(this=exp.paren(value.copy()), expression=exp.Null()) for value in values])
        return exp.Case(ifs=[exp.If(this=missing, true=exp.Null())], default=call)
    return expression


def sharp_s_in_capitals(expression: exp.Expression) -> exp.Expression:
    """UPPER makes SS of ß; DuckDB's makes ẞ."""
    if isinstance(expression, exp.Upper) and expression.this.name.lower() != "replace":
        text = [expression.this, exp.Literal.string("ß"), exp.Literal.string("SS")]
        expression.set("this", exp.Anonymous(this="replace", expressions=text))
    return expression


def bytes_of_text(expression: exp.Expression) -> exp.Expression:
    """OCTET_LENGTH of a text: DuckDB's is for blobs."""
    if isinstance(expression, exp.ByteLength):
        return exp.Anonymous(this="strlen", expressions=[expression.this])
    if isinstance(expression, exp.Anonymous) and expression.name.lower() == "octet_length":
        return exp.Anonymous(this="strlen", expressions=expression.expressions)
    return expression


def small_code_point(expression: exp.Expression) -> exp.Expression:
    """CHR of a BIGINT: DuckDB's takes an INTEGER."""
    if isinstance(expression, exp.Chr) and not isinstance(expression.expressions[0], exp.Cast):
        code = exp.Cast(this=expression.expressions[0], to=exp.DataType.build("int"))
        return exp.Chr(expressions=[code], charset=False)
    if isinstance(expression, exp.Chr):
        expression.expressions[0].set("to", exp.DataType.build("int"))
    return expression


def fixed_point_division(expression: exp.Expression) -> exp.Expression:
    """A division of whole numbers or decimals is rounded; DuckDB's gives a double.

    The result has as many decimals as the dividend, six more where that is no more than twelve
    (https://docs.snowflake.com/en/sql-reference/operators-arithmetic).
    """
    if not isinstance(expression, exp.Div):
        return expression
    return exp.Anonymous(this="_fs_global.main.divided", expressions=[expression.this, expression.expression])
