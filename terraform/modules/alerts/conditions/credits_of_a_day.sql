select 1
from table(${database}.information_schema.warehouse_metering_history(dateadd(day, -1, current_date()), current_date()))
where warehouse_name in (${warehouses})
    and start_time >= dateadd(hour, -24, current_timestamp())
having sum(credits_used) > ${limit}
