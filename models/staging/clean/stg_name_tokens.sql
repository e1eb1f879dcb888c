with

name_words as (
    select
        name_key,
        token
    from {{ ref('stg_name_words') }} as name_words
    {{ where_in_scope('name_words', 'stg_scope_texts', ['name_key']) }}
),

token_weights as (
    select
        token,
        token_weight
    from {{ ref('stg_token_weights') }}
),

token_numbers as (
    select
        token,
        token_number,
        stem_number
    from {{ ref('stg_token_numbers') }}
),

-- A token that came after the stores were counted weighs what one store's token does.
weighed_words as (
    select
        name_words.name_key,
        name_words.token,
        coalesce(token_weights.token_weight, {{ highest_token_weight() }}) as token_weight
    from name_words
    left join token_weights on name_words.token = token_weights.token
),

stg_name_tokens as (
    select
        weighed_words.name_key,
        weighed_words.token,
        token_numbers.token_number,
        token_numbers.stem_number,
        weighed_words.token_weight,
        -- From the rarest token of a name to the commonest.
        row_number() over (
            partition by weighed_words.name_key
            order by weighed_words.token_weight desc, length(weighed_words.token) desc, weighed_words.token asc
        ) as rarity_rank
    from weighed_words
    inner join token_numbers on weighed_words.token = token_numbers.token
)

select * from stg_name_tokens
