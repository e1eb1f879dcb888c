with

category_texts as (
    select distinct category_text
    from {{ ref('stg_cleaned_fields') }} as cleaned_fields
    where category_text is not null
        {{ where_in_scope('cleaned_fields', 'stg_scope_texts', ['category_text'], begins_with='and') }}
),

category_terms as (
    {{ category_term_bits(ref('category_terms')) }}
),

words as (
    {{ split_to_rows('category_texts', ['category_text'], 'category_text') }}
),

stg_category_kinds as (
    select
        words.category_text,
        {{ bit_or_aggregate('category_terms.kind_bit') }} as kind_bits
    from words
    inner join category_terms on {{ without_plural('words.word') }} = category_terms.term
    group by words.category_text
)

select * from stg_category_kinds
