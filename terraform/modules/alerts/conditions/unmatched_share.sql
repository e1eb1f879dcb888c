select 1
from ${database}.MART.STORES
having count_if(match_status <> 'MATCHED') > ${limit} * count(*)
