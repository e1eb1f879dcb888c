"""The yml of STAGING lists exactly the columns that its tables have; GOLD's contracts do this for GOLD."""

import yaml


def test_staging_documents_its_columns(built, repository):
    built_columns: dict[str, set[str]] = {}
    for table, column in built.query(
        "select table_name, column_name from information_schema.columns where table_schema = 'STAGING'"
    ):
        built_columns.setdefault(f"stg_{table}", set()).add(column)
    files = sorted((repository / "models/staging").rglob("*__models.yml"))
    documented = {
        model["name"]: {column["name"] for column in model["columns"]}
        for file in files
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    }
    assert len(documented) >= 20
    differences = {
        name: {
            "not in the yml": sorted(built_columns[name] - columns),
            "not in the table": sorted(columns - built_columns[name]),
        }
        for name, columns in documented.items()
        if columns != built_columns[name]
    }
    assert differences == {}
