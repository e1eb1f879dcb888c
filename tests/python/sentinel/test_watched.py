"""seeds/watched_locations.csv: what is declared is understood, and what is wrong is named."""

import pytest

from store_matching.errors import LakeError
from store_matching.sentinel.watched import COLUMNS, Catalogs, WatchedTable, read_watched

HEADER = ",".join(COLUMNS)
GOOD = dict.fromkeys(COLUMNS, "") | {
    "table_name": "raw.t",
    "catalog": "lake",
    "role": "landing",
    "gaps_until": "latest",
}


def written(tmp_path, *rows, header=HEADER):
    """A declaration file."""
    path = tmp_path / "watched.csv"
    path.write_text("\n".join([header, *(",".join(row[column] for column in COLUMNS) for row in rows)]) + "\n")
    return path


def test_the_projects_own_declaration_is_right():
    names = {watched.table_name for watched in read_watched()}
    assert {"raw.gi_stores", "raw.th_stores", "gold.stores"} <= names


def test_what_is_left_out_has_defaults(tmp_path):
    assert read_watched(written(tmp_path, GOOD)) == [WatchedTable("raw.t")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("table_name", "t"),
        ("role", "landed"),
        ("window_minutes", "0"),
        ("window_minutes", "an hour"),
        ("arrival_minutes", "-1"),
        ("gaps_until", "never"),
        ("grace_minutes", "-5"),
        ("grace_minutes", "nan"),
    ],
)
def test_a_wrong_value_is_named_with_file_row_and_column(tmp_path, column, value):
    path = written(tmp_path, GOOD, GOOD | {"table_name": "raw.u"} | {column: value})
    with pytest.raises(LakeError) as caught:
        read_watched(path)
    assert f"{path}, row 2, column {column}: '{value}' is not" in str(caught.value)
    assert "what to do" in str(caught.value)


def test_a_table_that_is_declared_twice_is_refused(tmp_path):
    with pytest.raises(LakeError, match="declared twice"):
        read_watched(written(tmp_path, GOOD, GOOD))


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(LakeError, match="owner"):
        read_watched(written(tmp_path, header=HEADER.replace(",owner", "")))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(LakeError, match="nowhere"):
        read_watched(tmp_path / "nowhere.csv")


def test_a_catalog_that_nobody_described_says_how_to():
    with pytest.raises(LakeError, match="PYICEBERG_CATALOG__NOBODYS__URI"):
        Catalogs().table(WatchedTable("a.b", catalog="nobodys"))
