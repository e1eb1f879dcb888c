{# Brings OPS.gold_store_ids to a release: every id it has is in the ledger with its stores; an id that it no longer
   has is marked with the release and with the id that its store bears now, the TH store first. Ids are never
   dropped. The ledger says in OPS.settings at which release it stands, so that a killed run is made up for. #}
{% macro snowflake_update_ledger(release_id) -%}
    {%- set stands_at = snowflake_value(
        "select setting_value from OPS.settings where setting_name = 'gold_store_ids_as_of_release'"
    ) -%}
    {%- set stores = snowflake_pinned_tables_of(release_id).get('gold.stores') -%}
    {%- if stands_at | string != release_id | string and stores -%}
        {%- set transaction -%}
            begin transaction;
            merge into OPS.gold_store_ids as ledger
            using (select gold_store_id, gi_store_id, th_store_id from {{ stores }}) as released
                on ledger.gold_store_id = released.gold_store_id
            when matched and (
                ledger.gi_store_id is distinct from released.gi_store_id
                or ledger.th_store_id is distinct from released.th_store_id
                or ledger.retired_by_release_id is not null
            ) then update set
                gi_store_id = released.gi_store_id,
                th_store_id = released.th_store_id,
                last_release_id = {{ release_id }},
                retired_by_release_id = null,
                successor_gold_store_id = null
            when not matched then insert (
                gold_store_id, first_store_key, first_release_id, first_released_at, gi_store_id, th_store_id, last_release_id
            ) values (
                released.gold_store_id,
                coalesce('TH:' || released.th_store_id, 'GI:' || released.gi_store_id),
                {{ release_id }},
                sysdate(),
                released.gi_store_id,
                released.th_store_id,
                {{ release_id }}
            );
            update OPS.gold_store_ids
            set retired_by_release_id = {{ release_id }}, successor_gold_store_id = retired.successor
            from (
                select
                    ledger.gold_store_id as retired_id,
                    coalesce(max(by_th.gold_store_id), max(by_gi.gold_store_id)) as successor
                from OPS.gold_store_ids as ledger
                left join {{ stores }} as same_id on ledger.gold_store_id = same_id.gold_store_id
                left join {{ stores }} as by_th on ledger.th_store_id = by_th.th_store_id
                left join {{ stores }} as by_gi on ledger.gi_store_id = by_gi.gi_store_id
                where ledger.retired_by_release_id is null and same_id.gold_store_id is null
                group by ledger.gold_store_id
            ) as retired
            where gold_store_ids.gold_store_id = retired.retired_id;
            delete from OPS.settings where setting_name = 'gold_store_ids_as_of_release';
            insert into OPS.settings (setting_name, setting_value, changed_at)
            values ('gold_store_ids_as_of_release', '{{ release_id }}', sysdate());
            commit;
        {%- endset -%}
        {%- do run_query(transaction) -%}
    {%- endif -%}
{%- endmacro %}
