"""Which header means which column."""

import json

import pytest

from store_matching.landing import ExtractError, HeaderMapping


def test_headers_in_any_case_with_blanks_and_byte_order_mark(landing, write):
    landing.load(write("\ufeff Name ;ID\t; CITY\n a ;1;Lyon\n"))
    assert landing.stores("store_id, store_name, city") == [("1", "a", "Lyon")]


def test_columns_in_any_order_and_unknown_ones_between(landing, write):
    landing.load(write("city,x,name,x,id\nLyon,9,a,9,1\n"))
    assert landing.stores("store_id, store_name, city") == [("1", "a", "Lyon")]


def test_names_of_the_raw_tables_are_known(landing, write):
    landing.load(write("store_id,store_name,country_code,latitude,longitude\n1,a,FR,48.5,2.5\n"))
    assert landing.stores("store_id, country_code, latitude, longitude") == [("1", "FR", 48.5, 2.5)]


def test_mapped_header_wins_over_the_column_of_that_name(landing, write):
    mapping = HeaderMapping.from_options(["name=Store Label", "id=ref"])
    landing.load(write("id,ref,name,store label\n1,r1,ignored,a\n"), mapping=mapping)
    assert landing.stores() == [("r1", "a")]


def test_mapped_header_that_is_not_there(landing, write):
    mapping = HeaderMapping.from_options(["name=store_label"])
    with pytest.raises(ExtractError, match="did you mean 'store_lable'") as caught:
        landing.load(write("id,store_lable,name\n1,a,b\n"), mapping=mapping)
    assert caught.value.column == "store_label"


@pytest.mark.parametrize(
    ("option", "message"),
    [("name", "not COLUMN=HEADER"), ("name= ", "not COLUMN=HEADER"), ("nmae=x", "did you mean name")],
)
def test_bad_option(option, message):
    with pytest.raises(ExtractError, match=message):
        HeaderMapping.from_options([option])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("map.json", json.dumps({"name": "label", "id": "ref"})),
        ("map.yaml", "name: label\nid: ref\n"),
        ("map.yml", "gi: {name: label, id: ref}\nth: {name: other}\n"),
        ("map.json", json.dumps({"GI": {"name": "label", "ID": "ref"}})),
    ],
)
def test_mapping_file(write, name, content):
    mapping = HeaderMapping.from_file(write(content, name), "GI")
    assert mapping.headers == {"name": "label", "id": "ref"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1, 2]", "COLUMN: HEADER"),
        ("{", "cannot read the mapping"),
        ("name: 5", "not text"),
        ("fr: {name: x}", "unknown source 'fr'"),
        ("label: name", "no column 'label'"),
    ],
)
def test_bad_mapping_file(write, content, message):
    with pytest.raises(ExtractError, match=message):
        HeaderMapping.from_file(write(content, "map.yaml"), "GI")


def test_mapping_file_that_does_not_exist(tmp_path):
    with pytest.raises(ExtractError, match="cannot read the mapping"):
        HeaderMapping.from_file(tmp_path / "none.json", "GI")
