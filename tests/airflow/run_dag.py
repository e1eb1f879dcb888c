"""Run a DAG whole in a process of its own, which a test may kill: run_dag.py DAG_ID; the environment is the test's."""

import os
import sys

sys.path.insert(0, os.environ["AIRFLOW__CORE__DAGS_FOLDER"])

from airflow.dag_processing.dagbag import DagBag

DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags[sys.argv[1]].test()
