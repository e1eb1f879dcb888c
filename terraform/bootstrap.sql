-- Once per environment, as ACCOUNTADMIN, before the first `terraform apply`: the role and the user that Terraform runs as.
-- Put the environment's suffix (_DEV, _TEST, nothing in production) behind each name, and the public key in its place.

create role STORE_ADMINISTRATOR comment = 'Owns what Terraform makes, but RAW and MART.';
grant role STORE_ADMINISTRATOR to role SYSADMIN;

grant create database, create role, create user, create integration, create external volume, create network policy
    on account to role STORE_ADMINISTRATOR;
-- It gives rights in schemas that it does not own. Whoever may use this role may therefore give itself any right.
grant manage grants on account to role STORE_ADMINISTRATOR;
-- The alerts, which it owns: to run, and to read what the warehouses have used.
grant execute alert, execute managed alert, monitor usage on account to role STORE_ADMINISTRATOR;

create user STORE_TERRAFORM
    type = service
    rsa_public_key = '<public key, one line>'
    default_role = STORE_ADMINISTRATOR
    default_warehouse = STORE_LOAD
    default_secondary_roles = ('ALL');
grant role STORE_ADMINISTRATOR to user STORE_TERRAFORM;
-- For resource monitors and warehouses alone (the provider alias account_administrator): Snowflake lets nobody else make
-- a monitor or give it to a warehouse.
grant role ACCOUNTADMIN to user STORE_TERRAFORM;
