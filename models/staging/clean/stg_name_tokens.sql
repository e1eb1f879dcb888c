with

name_words as (
    select
        name_key,
        token
    from {{ ref('stg_name_words') }}
),

token_weights as (
    select
        token,
        token_number,
        stem_number,
        token_weight
    from {{ ref('stg_token_weights') }}
),

stg_name_tokens as (
    select
        name_words.name_key,
        name_words.token,
        token_weights.token_number,
        token_weights.stem_number,
        token_weights.token_weight,
        -- From the rarest token of a name to the commonest.
        row_number() over (
            partition by name_words.name_key
            order by token_weights.token_weight desc, length(name_words.token) desc, name_words.token asc
        ) as rarity_rank
    from name_words
    inner join token_weights on name_words.token = token_weights.token
)

select * from stg_name_tokens
