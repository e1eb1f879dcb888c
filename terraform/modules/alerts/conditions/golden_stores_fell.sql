select 1
from ${database}.OPS.RELEASES as newer
inner join ${database}.OPS.RELEASES as older on newer.base_release_id = older.release_id
where newer.activated_at > dateadd(minute, -65, sysdate())
    and newer.golden_stores < (1 - ${limit}) * older.golden_stores
