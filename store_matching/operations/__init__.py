"""Helpers around the dbt project: conventions, connections, linting and the summary of a build."""
