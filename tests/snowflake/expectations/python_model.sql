WITH orphan_files_scan__dbt_sp AS PROCEDURE ()
RETURNS STRING
LANGUAGE PYTHON
RUNTIME_VERSION = '3.11'
PACKAGES = ('fastavro', 'pyarrow', 'snowflake-snowpark-python')
IMPORTS = ('@OPS.CODE/store_matching-0.1.0-0123456789ab.zip')
HANDLER = 'main'
EXECUTE AS CALLER
AS
$$…$$
CALL orphan_files_scan__dbt_sp();

