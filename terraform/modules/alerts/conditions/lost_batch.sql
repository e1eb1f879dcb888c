select 1
from ${database}.OPS.SENTINEL_FINDINGS
where finding_class in ('lost_batch', 'detached_snapshot', 'partly_duplicate')
    and confirmed_at is not null
    and resolved_at is null
    and action_taken_at is null
