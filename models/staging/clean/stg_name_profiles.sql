with

name_tokens as (
    select
        name_key,
        token_number,
        stem_number,
        token_weight,
        rarity_rank
    from {{ ref('stg_name_tokens') }} as name_tokens
    {{ where_in_scope('name_tokens', 'stg_scope_texts', ['name_key']) }}
),

-- Empty places are 0 with weight 0, so that two of them share nothing.
stg_name_profiles as (
    select
        name_key,
        cast(sum(token_weight) as integer) as total_weight,
        cast(max(token_weight) as integer) as rarest_weight,
        cast(count(*) as integer) as token_count
        {%- for place in range(1, tokens_side_by_side() + 1) %},
        max(case when rarity_rank = {{ place }} then token_number else 0 end) as token_{{ place }},
        max(case when rarity_rank = {{ place }} then stem_number else 0 end) as stem_{{ place }},
        cast(max(case when rarity_rank = {{ place }} then token_weight else 0 end) as smallint) as weight_{{ place }}
        {%- endfor %}
    from name_tokens
    group by name_key
)

select * from stg_name_profiles
