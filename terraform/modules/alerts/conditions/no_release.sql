select 1
from ${database}.OPS.RUNS
where command in ('build', 'retry') and outcome = 'success'
having coalesce(max(finished_at), '1970-01-01'::timestamp_ntz) < dateadd(hour, -${limit}, sysdate())
