create sequence if not exists OPS.RELEASE_IDS start = 1 increment = 1 order;

select version_id from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.GOLD.STORE_CROSSWALK')) order by version_created_at desc limit 1;

select version_id from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.GOLD.STORES')) order by version_created_at desc limit 1;

select version_id from table(STORE_MATCHING.information_schema.get_table_versions('STORE_MATCHING.STAGING.STORE_MATCHES')) order by version_created_at desc limit 1;

insert into OPS.releases (release_id, release_status, base_release_id, run_id, created_at, gi_snapshot_id, th_snapshot_id, git_sha, logic_version, tests_passed, tests_warned, created_by) select OPS.RELEASE_IDS.nextval, 'candidate', null, '<run>', sysdate(), '<moment>', '<moment>', null, '<logic>', 2, 0, current_user() where not exists (select release_id from OPS.releases where run_id = '<run>' and release_status = 'candidate');

create schema STORE_MATCHING.RELEASE_1 with managed access;

create iceberg table STORE_MATCHING.RELEASE_1.STORE_CROSSWALK clone STORE_MATCHING.GOLD.STORE_CROSSWALK;

create iceberg table STORE_MATCHING.RELEASE_1.STORES clone STORE_MATCHING.GOLD.STORES;

create iceberg table STORE_MATCHING.RELEASE_1.STORE_MATCHES clone STORE_MATCHING.STAGING.STORE_MATCHES;

create schema STORE_MATCHING.MART_CANDIDATE_1 with managed access;

show grants on schema STORE_MATCHING.MART;

grant USAGE on schema STORE_MATCHING.RELEASE_1 to role "ANALYST";

show future grants in schema STORE_MATCHING.MART;

grant SELECT on all VIEWs in schema STORE_MATCHING.RELEASE_1 to role "ANALYST";

grant SELECT on future VIEWs in schema STORE_MATCHING.RELEASE_1 to role "ANALYST";

grant USAGE on schema STORE_MATCHING.MART_CANDIDATE_1 to role "ANALYST";

grant SELECT on all VIEWs in schema STORE_MATCHING.MART_CANDIDATE_1 to role "ANALYST";

grant SELECT on future VIEWs in schema STORE_MATCHING.MART_CANDIDATE_1 to role "ANALYST";

show grants on view STORE_MATCHING.MART.MATCH_COVERAGE;

show grants on view STORE_MATCHING.MART.STORES;

alter schema STORE_MATCHING.MART swap with STORE_MATCHING.MART_CANDIDATE_1;

create or replace view STORE_MATCHING.RELEASED.GI_STORES as select * from STORE_MATCHING.RAW.GI_STORES at(timestamp => '<moment>'::timestamp_ntz);

create or replace view STORE_MATCHING.RELEASED.TH_STORES as select * from STORE_MATCHING.RAW.TH_STORES at(timestamp => '<moment>'::timestamp_ntz);

create or replace view STORE_MATCHING.PREVIOUS.GI_STORES as select * from STORE_MATCHING.RAW.GI_STORES at(timestamp => '<moment>'::timestamp_ntz);

create or replace view STORE_MATCHING.PREVIOUS.TH_STORES as select * from STORE_MATCHING.RAW.TH_STORES at(timestamp => '<moment>'::timestamp_ntz);

select
'gold.store_crosswalk' as table_name,
(select hash_agg(*) from STORE_MATCHING.GOLD.STORE_CROSSWALK) as built_hash,
(select hash_agg(*) from STORE_MATCHING.RELEASE_1.STORE_CROSSWALK) as released_hash,
(select count(*) from STORE_MATCHING.GOLD.STORE_CROSSWALK) as built_rows,
(select count(*) from STORE_MATCHING.RELEASE_1.STORE_CROSSWALK) as released_rows union all
select
'gold.stores' as table_name,
(select hash_agg(*) from STORE_MATCHING.GOLD.STORES) as built_hash,
(select hash_agg(*) from STORE_MATCHING.RELEASE_1.STORES) as released_hash,
(select count(*) from STORE_MATCHING.GOLD.STORES) as built_rows,
(select count(*) from STORE_MATCHING.RELEASE_1.STORES) as released_rows union all
select
'staging.store_matches' as table_name,
(select hash_agg(*) from STORE_MATCHING.STAGING.STORE_MATCHES) as built_hash,
(select hash_agg(*) from STORE_MATCHING.RELEASE_1.STORE_MATCHES) as released_hash,
(select count(*) from STORE_MATCHING.STAGING.STORE_MATCHES) as built_rows,
(select count(*) from STORE_MATCHING.RELEASE_1.STORE_MATCHES) as released_rows;

insert into OPS.releases (release_id, release_status, base_release_id, run_id, created_at, gi_snapshot_id, th_snapshot_id, git_sha, logic_version, tests_passed, tests_warned, created_by) select OPS.RELEASE_IDS.nextval, 'candidate', 1, '<run>', sysdate(), '<moment>', '<moment>', null, '<logic>', 2, 0, current_user() where not exists (select release_id from OPS.releases where run_id = '<run>' and release_status = 'candidate');

create schema STORE_MATCHING.RELEASE_2 with managed access;

create iceberg table STORE_MATCHING.RELEASE_2.STORE_CROSSWALK clone STORE_MATCHING.GOLD.STORE_CROSSWALK;

create iceberg table STORE_MATCHING.RELEASE_2.STORES clone STORE_MATCHING.GOLD.STORES;

create iceberg table STORE_MATCHING.RELEASE_2.STORE_MATCHES clone STORE_MATCHING.STAGING.STORE_MATCHES;

create schema STORE_MATCHING.MART_CANDIDATE_2 with managed access;

grant USAGE on schema STORE_MATCHING.RELEASE_2 to role "ANALYST";

grant SELECT on all VIEWs in schema STORE_MATCHING.RELEASE_2 to role "ANALYST";

grant SELECT on future VIEWs in schema STORE_MATCHING.RELEASE_2 to role "ANALYST";

grant USAGE on schema STORE_MATCHING.MART_CANDIDATE_2 to role "ANALYST";

grant SELECT on all VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role "ANALYST";

grant SELECT on future VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_2.MATCH_COVERAGE to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_2.STORES to role "ANALYST";

show grants on view STORE_MATCHING.MART.ACTIVE_RELEASE;

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_2.ACTIVE_RELEASE to role "ANALYST";

alter schema STORE_MATCHING.MART swap with STORE_MATCHING.MART_CANDIDATE_2;

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_1.MATCH_COVERAGE to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_1.STORES to role "ANALYST";

grant SELECT on view STORE_MATCHING.MART_CANDIDATE_1.ACTIVE_RELEASE to role "ANALYST";

