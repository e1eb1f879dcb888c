with

name_words as (
    select
        name_key,
        token
    from {{ ref('stg_name_words') }} as name_words
    {{ where_in_scope('name_words', 'stg_scope_texts', ['name_key']) }}
),

category_terms as (
    {{ category_term_bits(ref('category_terms')) }}
),

stg_name_kinds as (
    select
        name_words.name_key,
        {{ bit_or_aggregate('category_terms.kind_bit') }} as kind_bits
    from name_words
    inner join category_terms on name_words.token = category_terms.term
    group by name_words.name_key
)

select * from stg_name_kinds
