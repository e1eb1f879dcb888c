"""Parquet extracts: any plain type becomes the text or number that was written."""

import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet
import pytest

from store_matching.landing import ExtractError


@pytest.fixture
def write_parquet(tmp_path):
    def write(**columns):
        path = tmp_path / "stores.parquet"
        pa.parquet.write_table(pa.table(columns), path)
        return path

    return write


def ids_of(landing, path):
    landing.load(path)
    return [row[0] for row in landing.stores("store_id")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([123, 2**62], pa.int64()), ["123", str(2**62)]),
        (pa.array([7, 8], pa.uint8()), ["7", "8"]),
        (pa.array([12.0, 13.5]), ["12", "13.5"]),
        (pa.array([12.0, 13.0], pa.float32()), ["12", "13"]),
        (pa.array([Decimal("10.00"), Decimal("7.25")]), ["10", "7.25"]),
        (pa.array(["00123", "1e5"]), ["00123", "1e5"]),
        (pa.array(["00123", "1e5"], pa.large_string()), ["00123", "1e5"]),
        (pa.array(["00123", "1e5"], pa.string_view()), ["00123", "1e5"]),
        (pa.array(["00123", "1e5"]).dictionary_encode(), ["00123", "1e5"]),
        (pa.array([b"00123", b"1e5"]), ["00123", "1e5"]),
        (pa.array([b"00123", b"1e500"], pa.binary(5)), ["00123", "1e500"]),
        (pa.array([datetime.date(2026, 1, 2), datetime.date(2026, 1, 3)]), ["2026-01-02", "2026-01-03"]),
    ],
    ids=str,
)
def test_types_of_ids(landing, write_parquet, values, expected):
    path = write_parquet(id=values, name=["a", "b"])
    assert ids_of(landing, path) == sorted(expected)


def test_missing_values_of_numbers(landing, write_parquet):
    landing.load(write_parquet(id=[1.0, None, float("nan")], name=["a", "b", "c"], postcode=[75001.0, None, 1.0]))
    assert landing.stores("store_id, postcode") == [("1", "75001"), ("nan", "1")]
    assert [row[3] for row in landing.rejected()] == ["id is missing"]


def test_doubles_are_kept_exactly(landing, write_parquet):
    values = [48.123456789012345, 1e-9, 0.1 + 0.2, -89.99999999999999, 45.0]
    landing.load(write_parquet(id=[str(n) for n in range(5)], name=["a"] * 5, lat=values, lon=values))
    assert [row[0] for row in landing.stores("latitude")] == values
    assert [row[0] for row in landing.stores("longitude")] == values


def test_times_and_booleans(landing, write_parquet):
    zone = datetime.timezone(datetime.timedelta(hours=2))
    times = [datetime.datetime(2026, 1, 2, 3, 4, 5, 678901), None]
    landing.load(write_parquet(id=["1", "2"], name=["a", "b"], updated_at=times, is_deleted=pa.array([True, None])))
    assert landing.stores("updated_at, is_deleted") == [(times[0], True), (None, None)]
    aware = pa.array([datetime.datetime(2026, 1, 2, 3, tzinfo=zone)], pa.timestamp("ns", tz="Europe/Paris"))
    landing.load(write_parquet(id=["3"], name=["c"], updated_at=aware))
    assert landing.query("select updated_at from raw.gi_stores where store_id = '3'") == [
        (datetime.datetime(2026, 1, 2, 1),)
    ]


def test_headers_are_understood_as_in_csv(landing, write_parquet):
    path = write_parquet(**{" ID ": ["1"], "Name": ["a"], "store.city": ["x"], "list": [[1, 2]]})
    assert ids_of(landing, path) == ["1"]


def test_nested_column(landing, write_parquet):
    with pytest.raises(ExtractError, match=r"'name'.*list") as caught:
        landing.load(write_parquet(id=["1"], name=[["a", "b"]]))
    assert caught.value.column == "name"


def test_missing_column(landing, write_parquet):
    with pytest.raises(ExtractError, match="column name not found"):
        landing.load(write_parquet(id=["1"], title=["a"]))


def test_text_that_is_not_utf_8(landing, tmp_path, write_parquet):
    good = write_parquet(id=["1", "2"], name=["one", "Caf\u00e9 of the long name"])
    content = good.read_bytes().replace("Caf\u00e9 of".encode(), b"Caf\xe9\xe9 of")
    good.write_bytes(content)
    with pytest.raises(ExtractError, match="not UTF-8") as caught:
        landing.load(good)
    assert (caught.value.row, caught.value.column) == (2, "name")
    assert caught.value.value.startswith("Caf\\xe9")


def test_same_rows_as_the_csv_file(landing, write, write_parquet):
    columns = {"id": ["1", "2", "", "1"], "name": ["a", " ", "c", "d"], "lat": ["x", "1", "2", "3"]}
    rows = zip(*columns.values(), strict=True)
    landing.load(write("id,name,lat\n" + "\n".join(",".join(row) for row in rows)))
    expected = landing.stores(), landing.rejected(), landing.ignored()
    for table in ("gi_stores", "rejected_rows", "ignored_values"):
        landing.query(f"delete from raw.{table}")
    landing.load(write_parquet(**columns))
    assert (landing.stores(), landing.rejected(), landing.ignored()) == expected


def test_several_row_groups_keep_row_numbers(landing, tmp_path):
    path = tmp_path / "stores.parquet"
    table = pa.table({"id": [str(n) for n in range(1000)], "name": ["" if n == 777 else "a" for n in range(1000)]})
    pa.parquet.write_table(table, path, row_group_size=100)
    result = landing.load(path)
    assert (result.rows_read, result.rows_accepted) == (1000, 999)
    assert landing.rejected() == [(778, "name", "", "name is missing")]
