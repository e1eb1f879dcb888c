show parameters like 'query_tag' in session;

alter session set query_tag = 'store_matching_diagnostics';

alter session unset query_tag;

alter session set query_tag = 'store_matching_staging';

alter session set query_tag = 'store_matching_gold';

