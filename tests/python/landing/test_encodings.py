"""The same stores, whatever the encoding, the packing and the delimiter of the file."""

import gzip

import pytest

TEXT = "id,name,city\n1,Café Zürich,Orléans\n2,Łódź 東京,Αθήνα\n"
STORES = [("1", "Café Zürich", "Orléans"), ("2", "Łódź 東京", "Αθήνα")]
COLUMNS = "store_id, store_name, city"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_says_the_encoding(landing, write, encoding):
    landing.load(write(TEXT, encoding=encoding))
    assert landing.stores(COLUMNS) == STORES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_named_encoding(landing, write, encoding):
    landing.load(write(TEXT, encoding=encoding), encoding=encoding)
    assert landing.stores(COLUMNS) == STORES


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_encodings(landing, write, encoding):
    result = landing.load(write("id,name\n1,Café £5\n", encoding=encoding), encoding=encoding)
    assert landing.stores() == [("1", "Café £5")]
    assert result.warnings == ()


def test_utf_8_read_as_latin_1_is_warned_about(landing, write):
    result = landing.load(write("id,name\n1,Café\n"), encoding="latin-1")
    assert "valid UTF-8" in result.warnings[0]


def test_characters_across_blocks(landing, write, monkeypatch):
    monkeypatch.setattr("store_matching.landing.utf8_stream.CHUNK_BYTES", 45)
    for source, encoding in (("GI", "utf-8"), ("TH", "utf-16")):
        landing.load(write(TEXT, f"{source}.csv", encoding), source, encoding=encoding)
    assert landing.stores(COLUMNS) == STORES
    assert landing.query(f"select {COLUMNS} from raw.th_stores order by 1") == STORES


@pytest.mark.parametrize("name", ["stores.csv.gz", "stores.csv"])
def test_gzip_is_known_by_content(landing, write, name):
    landing.load(write(gzip.compress(TEXT.encode()), name))
    assert landing.stores(COLUMNS) == STORES


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(landing, write, delimiter):
    # The other delimiters stand in the values and in an unknown header.
    others = "".join({",", ";", "\t", "|"} - {delimiter}) * 3
    lines = [["id", f"x{others}y", "name"], ["1", others, f"a{others}b"], ["2", "", "c"]]
    landing.load(write("\n".join(delimiter.join(line) for line in lines)))
    assert landing.stores() == [("1", f"a{others}b"), ("2", "c")]


def test_header_only_file_is_a_source_without_stores(landing, write):
    result = landing.load(write("id,name,city"))
    assert (result.rows_read, result.rows_accepted, result.rows_rejected) == (0, 0, 0)
    assert landing.stores() == []
