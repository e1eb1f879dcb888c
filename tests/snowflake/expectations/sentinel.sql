list '@OPS.LAKE_STAGE/raw';

desc stage OPS.LAKE_STAGE;

select system$get_iceberg_table_information('RAW.GI_STORES');

call RAW.ICEBERG_TABLE_INFORMATION('RAW.GI_STORES');

put 'file:///folder/store_matching-0.1.0-0123456789ab.zip' @OPS.CODE auto_compress = false overwrite = false;

