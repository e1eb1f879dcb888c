-- Every store that takes part in the matching leads to a golden store, and every golden store has a store in each
-- source that its status names: none is empty, none is lost.
with

members as (
    select
        gold_store_id,
        sum(case when source_system = 'GI' and store_role = 'representative' then 1 else 0 end) as gi_stores,
        sum(case when source_system = 'TH' and store_role = 'representative' then 1 else 0 end) as th_stores
    from {{ ref('gold_store_crosswalk') }}
    group by gold_store_id
)

select
    golden_stores.gold_store_id,
    golden_stores.match_status,
    members.gi_stores,
    members.th_stores
from {{ ref('gold_stores') }} as golden_stores
left join members on golden_stores.gold_store_id = members.gold_store_id
where not coalesce(
    (members.gi_stores > 0) = (golden_stores.match_status in ('MATCHED', 'GI_ONLY'))
    and (members.th_stores > 0) = (golden_stores.match_status in ('MATCHED', 'TH_ONLY'))
    and members.th_stores <= 1
    {%- if var('assignment') == '1:1' %}
    and members.gi_stores <= 1
    {%- endif %},
    false
)
