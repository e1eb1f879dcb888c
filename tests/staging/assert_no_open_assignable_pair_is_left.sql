-- No two stores that may be paired are both left free: the assignment ran to its fixpoint.
{{ config(enabled = var('assignment') == '1:1') }}

select * from ({{ open_assignable_pairs(ref('stg_assigned_pairs'), ref('stg_assignable_pairs')) }}) as open_pairs
