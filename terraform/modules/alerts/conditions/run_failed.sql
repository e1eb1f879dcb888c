select 1
from ${database}.OPS.RUNS
where finished_at > dateadd(minute, -65, sysdate())
    and outcome <> 'success'
