"""A task per model over one `dbt build` on Snowflake, for people who look for one model among many.

There is no such DAG unless STORE_MATCHING_SNOWFLAKE_MANIFEST names a manifest and SNOWFLAKE_ACCOUNT an account. It
needs a scheduler: `dag.test()` would run a model's sensor before the build that it waits for.
"""

import logging
import os

from store_matching_airflow.dag_defaults import DAG_DEFAULTS
from store_matching_airflow.settings import read_settings

settings = read_settings()
if settings.snowflake_manifest is None or not os.environ.get("SNOWFLAKE_ACCOUNT"):
    logging.getLogger(__name__).info("no cosmos_view: STORE_MATCHING_SNOWFLAKE_MANIFEST or SNOWFLAKE_ACCOUNT is unset")
else:
    # Imported here alone: Cosmos doubles the time that Airflow needs to read a file.
    from cosmos import DbtDag, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
    from cosmos.constants import ExecutionMode, InvocationMode, LoadMode, TestBehavior

    cosmos_view = DbtDag(
        dag_id="cosmos_view",
        project_config=ProjectConfig(settings.project_dir, manifest_path=settings.snowflake_manifest),
        profile_config=ProfileConfig(
            profile_name="store_matching",
            target_name="snowflake",
            profiles_yml_filepath=settings.project_dir / "profiles.yml",
        ),
        # One dbt process builds and publishes; the tasks of the models only watch it.
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.WATCHER,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_executable_path=settings.programs / "dbt",
        ),
        render_config=RenderConfig(load_method=LoadMode.DBT_MANIFEST, test_behavior=TestBehavior.NONE),
        schedule=None,
        tags=["matching", "snowflake"],
        doc_md=__doc__,
        **DAG_DEFAULTS,
    )
