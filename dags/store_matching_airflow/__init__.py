"""What the DAGs share. It runs in Airflow's environment, and reaches dbt and the scripts only by starting them."""
