"""What makes a file unusable as a whole: one error that says where and what to do, and nothing is loaded."""

import gzip

import pyarrow as pa
import pyarrow.parquet
import pytest

from store_matching.landing import ExtractError
from store_matching.landing import csv_extract as csv_module

GOOD = b"id,name\n1,a\n"


def error_of(landing, path, **options) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        landing.load(path, **options)
    assert str(path) in str(caught.value)
    assert "what to do" in str(caught.value)
    assert "\n  " in str(caught.value) and "Traceback" not in str(caught.value)
    tables = landing.query("select count(*) from information_schema.tables where table_name = 'gi_stores'")
    if tables[0][0]:
        assert landing.query("select count(*) from raw.gi_stores") == [(0,)]
        assert landing.query("select count(*) from raw.rejected_rows") == [(0,)]
    return caught.value


def test_missing_file(landing, tmp_path):
    assert "does not exist" in error_of(landing, tmp_path / "none.csv").problem


def test_folder(landing, tmp_path):
    assert "folder" in error_of(landing, tmp_path).problem


@pytest.mark.parametrize("content", [b"", b"\n\r\n\n", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_empty_file(landing, write, content):
    assert "empty" in error_of(landing, write(content)).problem


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (b"id,title\n1,a\n", "name"),
        (b"ref,name\n1,a\n", "id"),
        (b"1,Cafe\n2,Bar\n", "id, name"),
        (b"identifier\n1\n", "id, name"),
        (b"   \nid,name\n", "id, name"),
    ],
)
def test_missing_required_column(landing, write, content, missing):
    error = error_of(landing, write(content))
    assert error.column == missing
    assert "--map" in error.action


def test_column_that_stands_there_twice(landing, write):
    error = error_of(landing, write(b"id,name,Name \n1,a,b\n"))
    assert "2 times (columns 2, 3)" in error.problem


@pytest.mark.parametrize(
    ("rows", "row", "line", "column"),
    [
        ('1,"a\n2,b\n3,c\n', 1, 2, "name"),
        ('1,"x\ny"\n\n2,"b\n3,c\n', 2, 5, "name"),
        ('1,a\n"2,b\n3,c', 2, 3, None),
    ],
)
def test_quotation_mark_never_closed(landing, write, rows, row, line, column):
    error = error_of(landing, write("id,name\n" + rows))
    assert "never closed" in error.problem
    assert (error.row, error.line, error.column) == (row, line, column)
    assert "end of extract" not in str(error)


def test_quotation_mark_never_closed_in_a_long_file(landing, write, monkeypatch):
    monkeypatch.setattr(csv_module, "CHUNK_BYTES", 2000)
    rows = "".join(f"{number},shop\n" for number in range(500))
    error = error_of(landing, write(f'id,name\n{rows}a,"open\n{rows}'))
    assert "one record is longer" in error.problem
    assert (error.row, error.line) == (501, 502)


def test_latin_1_read_as_utf_8_names_row_column_and_value(landing, write):
    content = 'id,name,city\n1,"a\nb",Lyon\n2,Café,Orléans\n'.encode("latin-1")
    error = error_of(landing, write(content))
    assert (error.row, error.line, error.column, error.value) == (2, 4, "name", "Caf\\xe9")
    assert "--encoding latin-1" in error.action


def test_undecodable_byte_behind_the_first_block(landing, write, monkeypatch):
    monkeypatch.setattr("store_matching.landing.utf8_stream.CHUNK_BYTES", 1000)
    rows = "".join(f"{number},shop\n" for number in range(1, 1001)).encode()
    error = error_of(landing, write(b"id,name\n" + rows + b"x,\xff\xfe\n"))
    assert (error.row, error.line, error.column) == (1001, 1002, "name")


def test_undecodable_header(landing, write):
    error = error_of(landing, write(b"id,name,stra\xdfe\n1,a,b\n"))
    assert (error.row, error.line) == (None, 1)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-99", "hex"])
def test_wrong_or_unknown_encoding(landing, write, encoding):
    error = error_of(landing, write(b"id,name\n1,abc\n2,x"), encoding=encoding)
    assert encoding in str(error) or "text" in error.problem


def test_utf_16_without_byte_order_mark(landing, write):
    error = error_of(landing, write("id,name\n1,Café\n", encoding="utf-16-le"))
    assert "--encoding utf-16-le" in error.action


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"\x28\xb5\x2f\xfdrest", "zstd"),
    ],
)
def test_other_formats(landing, write, content, word):
    assert word in error_of(landing, write(content)).problem


def test_csv_called_parquet(landing, write):
    assert "not a Parquet file" in error_of(landing, write(GOOD, "stores.parquet")).problem


def test_damaged_parquet(landing, write):
    assert "not a readable Parquet" in error_of(landing, write(b"PAR1 and then nothing of use")).problem


def test_parquet_with_a_damaged_page(landing, tmp_path):
    path = tmp_path / "stores.parquet"
    names = [f"shop {number * 7919 % 10007}" for number in range(20_000)]
    table = pa.table({"id": [str(number) for number in range(20_000)], "name": names})
    pa.parquet.write_table(table, path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[5000:6000] = b"\xa5" * 1000
    path.write_bytes(content)
    assert "cannot be read behind row" in error_of(landing, path).problem


def test_cut_off_gzip(landing, write):
    rows = "".join(f"{number},shop {number * 7919}\n" for number in range(100_000))
    packed = gzip.compress(f"id,name\n{rows}".encode())
    error = error_of(landing, write(packed[: len(packed) // 2], "stores.csv.gz"))
    assert "cut off" in error.action


def test_file_name_with_pattern_characters_is_one_file(landing, tmp_path):
    for name in ("stores[1].csv", "stores*.csv"):
        path = tmp_path / name
        path.write_bytes(GOOD)
        assert landing.load(path, batch_id=name).rows_accepted == 1
