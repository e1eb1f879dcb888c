"""Functions that Snowflake has, of those a model could use.

sqlfluff reads a call of any function, so this list is what finds a function that only DuckDB knows. It holds
the common functions of Snowflake's reference; add one after looking it up there: `source_of` says where it is
documented. tests/snowflake compare the list with what Snowflake's own package and sqlglot know.
"""

REFERENCE = "https://docs.snowflake.com/en/sql-reference/functions/"

FUNCTIONS_BY_KIND = {
    "conditional": """
        coalesce decode equal_null greatest greatest_ignore_nulls iff ifnull least
        least_ignore_nulls nullif nullifzero nvl nvl2 zeroifnull
    """,
    "numeric": """
        abs acos asin atan atan2 cbrt ceil cos cosh cot degrees div0 div0null exp factorial floor
        haversine ln log mod pi pow power radians random round sign sin sinh sqrt square tan tanh
        trunc truncate width_bucket
    """,
    "bitwise": """
        bitand bitand_agg bitnot bitor bitor_agg bitshiftleft bitshiftright bitxor bitxor_agg getbit
    """,
    "string": """
        ascii bit_length char charindex chr collate collation concat concat_ws contains editdistance
        endswith hex_decode_string hex_encode initcap insert jarowinkler_similarity left len length
        lower lpad ltrim md5 md5_hex md5_number_lower64 md5_number_upper64 octet_length parse_ip
        parse_url position regexp_count regexp_instr regexp_like regexp_replace regexp_substr
        regexp_substr_all repeat replace reverse right rlike rpad rtrim rtrimmed_length sha1
        sha1_hex sha2 sha2_hex soundex space split split_part split_to_table startswith strtok
        strtok_split_to_table strtok_to_array substr substring translate trim unicode upper
    """,
    "conversion": """
        cast hash parse_json to_array to_binary to_boolean to_char to_date to_decimal to_double
        to_json to_number to_object to_time to_timestamp to_timestamp_ltz to_timestamp_ntz
        to_timestamp_tz to_varchar to_variant try_cast try_parse_json try_to_binary try_to_boolean
        try_to_date try_to_decimal try_to_double try_to_number try_to_time try_to_timestamp
        try_to_timestamp_ntz
    """,
    "aggregate": """
        any_value approx_count_distinct approx_percentile approx_top_k array_agg array_unique_agg
        avg booland_agg boolor_agg boolxor_agg corr count count_if covar_pop covar_samp grouping
        grouping_id hash_agg hll kurtosis listagg max max_by median min min_by minhash mode
        object_agg percentile_cont percentile_disc regr_slope skew stddev stddev_pop stddev_samp sum
        var_pop var_samp variance
    """,
    "window": """
        conditional_change_event conditional_true_event cume_dist dense_rank first_value lag
        last_value lead nth_value ntile percent_rank rank ratio_to_report row_number
    """,
    "date": """
        add_months convert_timezone current_date current_time current_timestamp date_from_parts
        date_part date_trunc dateadd datediff day dayname dayofmonth dayofweek dayofyear extract
        getdate hour last_day localtimestamp minute month monthname months_between next_day
        previous_day quarter second sysdate time_slice timeadd timediff timestamp_from_parts
        timestampadd timestampdiff week weekofyear year
    """,
    "semi-structured": """
        array_cat array_compact array_construct array_contains array_distinct array_except
        array_flatten array_intersection array_position array_size array_slice array_sort
        array_to_string arrays_overlap as_integer as_varchar flatten get get_path is_array is_object
        object_construct object_keys typeof
    """,
    "context": """
        current_account current_database current_role current_schema current_user current_warehouse
        generator seq4 uuid_string
    """,
}

SNOWFLAKE_FUNCTIONS = frozenset(name for names in FUNCTIONS_BY_KIND.values() for name in names.split())

# Documented on the page of another; each other one has a page of its own name.
PAGE_OF = {
    "as_varchar": "as_char-varchar",
    "char": "chr",
    "day": "year",
    "dayofmonth": "year",
    "dayofweek": "year",
    "dayofyear": "year",
    "hour": "hour-minute-second",
    "len": "length",
    "md5_hex": "md5",
    "minute": "hour-minute-second",
    "month": "year",
    "power": "pow",
    "quarter": "year",
    "second": "hour-minute-second",
    "seq4": "seq1",
    "sha1_hex": "sha1",
    "sha2_hex": "sha2",
    "stddev_samp": "stddev",
    "substring": "substr",
    "to_number": "to_decimal",
    "to_timestamp_ltz": "to_timestamp",
    "to_timestamp_ntz": "to_timestamp",
    "to_timestamp_tz": "to_timestamp",
    "to_varchar": "to_char",
    "truncate": "trunc",
    "try_to_number": "try_to_decimal",
    "try_to_timestamp_ntz": "try_to_timestamp",
    "week": "year",
    "weekofyear": "year",
}


def source_of(function: str) -> str:
    """Return the page of Snowflake's reference that documents a function. Raises KeyError for one not on the list."""
    if function not in SNOWFLAKE_FUNCTIONS:
        raise KeyError(function)
    return REFERENCE + PAGE_OF.get(function, function)
