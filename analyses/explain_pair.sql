-- Why one pair scores what it scores, comparison by comparison, whether a blocking rule proposed it or not:
-- dbt show --select explain_pair --limit 50 --vars '{gi_store_key: "GI:…", th_store_key: "TH:…"}'
{{ explain_pair(var('gi_store_key', ''), var('th_store_key', '')) }}
