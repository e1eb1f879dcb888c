declare
    no_landing_table exception (-20001, 'not the name of a landing table in RAW');
begin
    let asked varchar := upper("LANDING_TABLE");
    if (asked not in (${landing_names})) then
        raise no_landing_table;
    end if;
    let statement varchar := 'select system$get_iceberg_table_information(''${database}.RAW.' || split_part(asked, '.', -1) || ''') as information';
    let found resultset := (execute immediate :statement);
    let rows_found cursor for found;
    for row_found in rows_found do
        return row_found.information;
    end for;
end
