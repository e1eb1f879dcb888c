create sequence if not exists OPS.RELEASE_IDS start = 1 increment = 1 order;

select version_id from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.GOLD.STORE_CROSSWALK')) order by version_created_at desc limit 1;

select version_id from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.GOLD.STORES')) order by version_created_at desc limit 1;

select version_id from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.STAGING.STORE_MATCHES')) order by version_created_at desc limit 1;

insert into OPS.releases (release_id, release_status, base_release_id, run_id, created_at, gi_snapshot_id, th_snapshot_id, git_sha, logic_version, tests_passed, tests_warned, created_by) select OPS.RELEASE_IDS.nextval, 'candidate', null, '<run>', sysdate(), '<moment>', '<moment>', null, '<logic>', 2, 0, current_user() where not exists (select release_id from OPS.releases where run_id = '<run>' and release_status = 'candidate');

insert into OPS.release_tables (release_id, table_name, snapshot_id, metadata_location, row_count)
select
1,
'gold.store_crosswalk',
'7001',
'STORE_MATCHING.GOLD.STORE_CROSSWALK at(version => 7001)',
count(*)
from STORE_MATCHING.GOLD.STORE_CROSSWALK at(version => 7001) union all
select
1,
'gold.stores',
'7002',
'STORE_MATCHING.GOLD.STORES at(version => 7002)',
count(*)
from STORE_MATCHING.GOLD.STORES at(version => 7002) union all
select
1,
'staging.store_matches',
'7003',
'STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7003)',
count(*)
from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7003);

alter iceberg table STORE_MATCHING.GOLD.STORE_CROSSWALK
create or replace version_tag RELEASE_1
as of version 7001
retain 30 days;

alter iceberg table STORE_MATCHING.GOLD.STORES
create or replace version_tag RELEASE_1
as of version 7002
retain 30 days;

alter iceberg table STORE_MATCHING.STAGING.STORE_MATCHES
create or replace version_tag RELEASE_1
as of version 7003
retain 30 days;

insert into OPS.release_views (release_id, view_name, view_sql) select 1, 'MATCH_COVERAGE', 'select status, count(*) as stores from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7003) as store_matches
inner join STORE_MATCHING.GOLD.STORES at(version => 7002) as gold on store_matches.gold_store_id = gold.gold_store_id
group by status';

insert into OPS.release_views (release_id, view_name, view_sql) select 1, 'STORES', 'with stores as (select * from STORE_MATCHING.GOLD.STORES at(version => 7002))
select gold_store_id, store_name, city from stores';

create schema STORE_MATCHING.MART_CANDIDATE_1 with managed access;

create view STORE_MATCHING.MART_CANDIDATE_1.MATCH_COVERAGE as select status, count(*) as stores from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7003) as store_matches
inner join STORE_MATCHING.GOLD.STORES at(version => 7002) as gold on store_matches.gold_store_id = gold.gold_store_id
group by status;

create view STORE_MATCHING.MART_CANDIDATE_1.STORES as with stores as (select * from STORE_MATCHING.GOLD.STORES at(version => 7002))
select gold_store_id, store_name, city from stores;

show grants on schema STORE_MATCHING.MART;

grant USAGE on schema STORE_MATCHING.MART_CANDIDATE_1 to role "ANALYST";

show future grants in schema STORE_MATCHING.MART;

grant SELECT on all VIEWs in schema STORE_MATCHING.MART_CANDIDATE_1 to role "ANALYST";

grant SELECT on future VIEWs in schema STORE_MATCHING.MART_CANDIDATE_1 to role "ANALYST";

show grants on view STORE_MATCHING.MART.MATCH_COVERAGE;

show grants on view STORE_MATCHING.MART.STORES;

alter schema STORE_MATCHING.MART swap with STORE_MATCHING.MART_CANDIDATE_1;

merge into OPS.gold_store_ids as ledger
using (select gold_store_id, gi_store_id, th_store_id from STORE_MATCHING.GOLD.STORES at(version => 7002)) as released
on ledger.gold_store_id = released.gold_store_id
when matched and (
ledger.gi_store_id is distinct from released.gi_store_id
or ledger.th_store_id is distinct from released.th_store_id
or ledger.retired_by_release_id is not null
) then update set
gi_store_id = released.gi_store_id,
th_store_id = released.th_store_id,
last_release_id = 1,
retired_by_release_id = null,
successor_gold_store_id = null
when not matched then insert (
gold_store_id, first_store_key, first_release_id, first_released_at, gi_store_id, th_store_id, last_release_id
) values (
released.gold_store_id,
coalesce('TH:' || released.th_store_id, 'GI:' || released.gi_store_id),
1,
sysdate(),
released.gi_store_id,
released.th_store_id,
1
);

update OPS.gold_store_ids
set retired_by_release_id = 1, successor_gold_store_id = retired.successor
from (
select
ledger.gold_store_id as retired_id,
coalesce(max(by_th.gold_store_id), max(by_gi.gold_store_id)) as successor
from OPS.gold_store_ids as ledger
left join STORE_MATCHING.GOLD.STORES at(version => 7002) as same_id on ledger.gold_store_id = same_id.gold_store_id
left join STORE_MATCHING.GOLD.STORES at(version => 7002) as by_th on ledger.th_store_id = by_th.th_store_id
left join STORE_MATCHING.GOLD.STORES at(version => 7002) as by_gi on ledger.gi_store_id = by_gi.gi_store_id
where ledger.retired_by_release_id is null and same_id.gold_store_id is null
group by ledger.gold_store_id
) as retired
where gold_store_ids.gold_store_id = retired.retired_id;

create or replace view STORE_MATCHING.RELEASED.GI_STORES as select * from STORE_MATCHING.RAW.GI_STORES at(timestamp => '<moment>'::timestamp_ntz);

create or replace view STORE_MATCHING.RELEASED.TH_STORES as select * from STORE_MATCHING.RAW.TH_STORES at(timestamp => '<moment>'::timestamp_ntz);

create or replace view STORE_MATCHING.RELEASED.STORE_CROSSWALK as select * from STORE_MATCHING.GOLD.STORE_CROSSWALK at(version => 7001);

create or replace view STORE_MATCHING.PREVIOUS.GI_STORES as select * from STORE_MATCHING.RAW.GI_STORES at(timestamp => '<moment>'::timestamp_ntz);

create or replace view STORE_MATCHING.PREVIOUS.TH_STORES as select * from STORE_MATCHING.RAW.TH_STORES at(timestamp => '<moment>'::timestamp_ntz);

select
'gold.store_crosswalk' as table_name,
(select hash_agg(*) from STORE_MATCHING.GOLD.STORE_CROSSWALK) as built_hash,
(select hash_agg(*) from STORE_MATCHING.GOLD.STORE_CROSSWALK at(version => 7001)) as released_hash,
(select count(*) from STORE_MATCHING.GOLD.STORE_CROSSWALK) as built_rows,
(select count(*) from STORE_MATCHING.GOLD.STORE_CROSSWALK at(version => 7001)) as released_rows union all
select
'gold.stores' as table_name,
(select hash_agg(*) from STORE_MATCHING.GOLD.STORES) as built_hash,
(select hash_agg(*) from STORE_MATCHING.GOLD.STORES at(version => 7002)) as released_hash,
(select count(*) from STORE_MATCHING.GOLD.STORES) as built_rows,
(select count(*) from STORE_MATCHING.GOLD.STORES at(version => 7002)) as released_rows union all
select
'staging.store_matches' as table_name,
(select hash_agg(*) from STORE_MATCHING.STAGING.STORE_MATCHES) as built_hash,
(select hash_agg(*) from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7003)) as released_hash,
(select count(*) from STORE_MATCHING.STAGING.STORE_MATCHES) as built_rows,
(select count(*) from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7003)) as released_rows;

insert into OPS.releases (release_id, release_status, base_release_id, run_id, created_at, gi_snapshot_id, th_snapshot_id, git_sha, logic_version, tests_passed, tests_warned, created_by) select OPS.RELEASE_IDS.nextval, 'candidate', 1, '<run>', sysdate(), '<moment>', '<moment>', null, '<logic>', 2, 0, current_user() where not exists (select release_id from OPS.releases where run_id = '<run>' and release_status = 'candidate');

insert into OPS.release_tables (release_id, table_name, snapshot_id, metadata_location, row_count)
select
2,
'gold.store_crosswalk',
'7004',
'STORE_MATCHING.GOLD.STORE_CROSSWALK at(version => 7004)',
count(*)
from STORE_MATCHING.GOLD.STORE_CROSSWALK at(version => 7004) union all
select
2,
'gold.stores',
'7005',
'STORE_MATCHING.GOLD.STORES at(version => 7005)',
count(*)
from STORE_MATCHING.GOLD.STORES at(version => 7005) union all
select
2,
'staging.store_matches',
'7006',
'STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7006)',
count(*)
from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7006);

alter iceberg table STORE_MATCHING.GOLD.STORE_CROSSWALK
create or replace version_tag RELEASE_2
as of version 7004
retain 30 days;

alter iceberg table STORE_MATCHING.GOLD.STORES
create or replace version_tag RELEASE_2
as of version 7005
retain 30 days;

alter iceberg table STORE_MATCHING.STAGING.STORE_MATCHES
create or replace version_tag RELEASE_2
as of version 7006
retain 30 days;

insert into OPS.release_views (release_id, view_name, view_sql) select 2, 'MATCH_COVERAGE', 'select status, count(*) as stores from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7006) as store_matches
inner join STORE_MATCHING.GOLD.STORES at(version => 7005) as gold on store_matches.gold_store_id = gold.gold_store_id
group by status';

insert into OPS.release_views (release_id, view_name, view_sql) select 2, 'STORES', 'with stores as (select * from STORE_MATCHING.GOLD.STORES at(version => 7005))
select gold_store_id, store_name, city from stores';

create schema STORE_MATCHING.MART_CANDIDATE_2 with managed access;

create view STORE_MATCHING.MART_CANDIDATE_2.MATCH_COVERAGE as select status, count(*) as stores from STORE_MATCHING.STAGING.STORE_MATCHES at(version => 7006) as store_matches
inner join STORE_MATCHING.GOLD.STORES at(version => 7005) as gold on store_matches.gold_store_id = gold.gold_store_id
group by status;

create view STORE_MATCHING.MART_CANDIDATE_2.STORES as with stores as (select * from STORE_MATCHING.GOLD.STORES at(version => 7005))
select gold_store_id, store_name, city from stores;

grant USAGE on schema STORE_MATCHING.MART_CANDIDATE_2 to role "ANALYST";

grant SELECT on all VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role "ANALYST";

grant SELECT on future VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_2.MATCH_COVERAGE to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_2.STORES to role "ANALYST";

show grants on view STORE_MATCHING.MART.ACTIVE_RELEASE;

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_2.ACTIVE_RELEASE to role "ANALYST";

alter schema STORE_MATCHING.MART swap with STORE_MATCHING.MART_CANDIDATE_2;

merge into OPS.gold_store_ids as ledger
using (select gold_store_id, gi_store_id, th_store_id from STORE_MATCHING.GOLD.STORES at(version => 7005)) as released
on ledger.gold_store_id = released.gold_store_id
when matched and (
ledger.gi_store_id is distinct from released.gi_store_id
or ledger.th_store_id is distinct from released.th_store_id
or ledger.retired_by_release_id is not null
) then update set
gi_store_id = released.gi_store_id,
th_store_id = released.th_store_id,
last_release_id = 2,
retired_by_release_id = null,
successor_gold_store_id = null
when not matched then insert (
gold_store_id, first_store_key, first_release_id, first_released_at, gi_store_id, th_store_id, last_release_id
) values (
released.gold_store_id,
coalesce('TH:' || released.th_store_id, 'GI:' || released.gi_store_id),
2,
sysdate(),
released.gi_store_id,
released.th_store_id,
2
);

update OPS.gold_store_ids
set retired_by_release_id = 2, successor_gold_store_id = retired.successor
from (
select
ledger.gold_store_id as retired_id,
coalesce(max(by_th.gold_store_id), max(by_gi.gold_store_id)) as successor
from OPS.gold_store_ids as ledger
left join STORE_MATCHING.GOLD.STORES at(version => 7005) as same_id on ledger.gold_store_id = same_id.gold_store_id
left join STORE_MATCHING.GOLD.STORES at(version => 7005) as by_th on ledger.th_store_id = by_th.th_store_id
left join STORE_MATCHING.GOLD.STORES at(version => 7005) as by_gi on ledger.gi_store_id = by_gi.gi_store_id
where ledger.retired_by_release_id is null and same_id.gold_store_id is null
group by ledger.gold_store_id
) as retired
where gold_store_ids.gold_store_id = retired.retired_id;

select count(*) from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.GOLD.STORE_CROSSWALK')) where version_id = 7001;

select count(*) from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.GOLD.STORES')) where version_id = 7002;

select count(*) from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.STAGING.STORE_MATCHES')) where version_id = 7003;

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_1.MATCH_COVERAGE to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_1.STORES to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_1.ACTIVE_RELEASE to role "ANALYST";

alter iceberg table if exists STORE_MATCHING.GOLD.STORE_CROSSWALK
drop version_tag if exists RELEASE_2;

alter iceberg table if exists STORE_MATCHING.GOLD.STORES
drop version_tag if exists RELEASE_2;

alter iceberg table if exists STORE_MATCHING.STAGING.STORE_MATCHES
drop version_tag if exists RELEASE_2;

