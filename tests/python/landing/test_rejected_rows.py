"""Rows that are refused, one by one, with number, column, value and reason."""

from store_matching.landing import HeaderMapping

HEADER = "id,name,address,city\n"


def test_missing_id_and_name(landing, write):
    landing.load(write(HEADER + ",a,,\n2,,,\n \t,b,,\n4,\u00a0 \u200b,,\n5,ok,,\n"))
    assert landing.rejected() == [
        (1, "id", "", "id is missing"),
        (2, "name", "", "name is missing"),
        (3, "id", " \t", "id is missing"),
        (4, "name", "\u00a0 \u200b", "name is missing"),
    ]
    assert landing.stores() == [("5", "ok")]


def test_duplicate_id_keeps_the_first_usable_row(landing, write):
    landing.load(write(HEADER + "1,,,\n1,first,,\n2,b,,\n1,second,,\n1,third,,\n"))
    assert landing.stores() == [("1", "first"), ("2", "b")]
    assert landing.rejected() == [
        (1, "name", "", "name is missing"),
        (4, "id", "1", "duplicate id: row 2 has it already"),
        (5, "id", "1", "duplicate id: row 2 has it already"),
    ]


def test_ids_survive_unchanged(landing, write):
    ids = [
        "00123",
        "1e5",
        "0x1F",
        " 7",
        "7",
        "NULL",
        "1.0",
        "+3",
        "é",
        "2026-01-01",
        "'a''b'",
        "True",
        "None",
    ]
    landing.load(write("id,name\n" + "".join(f'"{identifier}",shop\n' for identifier in ids)))
    assert [row[0] for row in landing.stores()] == sorted(ids)
    assert landing.rejected() == []


def test_overlong_id_and_name(landing, write):
    landing.load(write(HEADER + f"{'i' * 1001},a,,\n2,{'é' * 10_000},,\n3,{'n' * 1000},,\n"))
    assert landing.rejected() == [
        (1, "id", "i" * 200, "id is longer than 1,000 characters (1001)"),
        (2, "name", "é" * 200, "name is longer than 1,000 characters (10000)"),
    ]
    assert [row[0] for row in landing.stores()] == ["3"]


def test_nul_byte_in_id_or_name(landing, write):
    landing.load(write(HEADER + "1\x00,a,,\n2,b\x00c,,\n3,ok,,\n"))
    assert landing.rejected() == [
        (1, "id", "1\\x00", "id holds a NUL byte"),
        (2, "name", "b\\x00c", "name holds a NUL byte"),
    ]


def test_ragged_rows(landing, write):
    landing.load(write(HEADER + '1\n2,a,b\n3,a,b,c,d\n4,ok,b,c\n"5\n6",x\n'))
    assert landing.rejected() == [
        (1, None, "1", "the header has 4 fields, this row has 1 field"),
        (2, None, "2,a,b", "the header has 4 fields, this row has 3 fields"),
        (3, None, "3,a,b,c,d", "the header has 4 fields, this row has 5 fields"),
        (
            5,
            None,
            '"5\n6",x',
            "the header has 4 fields, this row has 2 fields; it runs over 2 lines: is a quotation mark not closed?",
        ),
    ]
    assert landing.stores() == [("4", "ok")]


def test_quotation_mark_that_swallows_whole_rows(landing, write):
    text = HEADER + '1,"Cafe,street,Lyon\n2,Inn,road,Nice\n3,"Bar",lane,Metz\n4,Shop,way,Brest\n'
    landing.load(write(text))
    ((number, column, value, reason),) = landing.rejected()
    assert (number, column) == (1, "name")
    assert value.startswith("Cafe,street,Lyon\n2,Inn")
    assert "closed 2 lines below" in reason
    assert landing.stores() == [("4", "Shop")]


def test_address_of_several_lines_is_no_damage(landing, write):
    landing.load(write(HEADER + '1,"Cafe\nBar","1, main street,\nback yard, left",Lyon\n'))
    assert landing.rejected() == []
    assert landing.stores("store_name, address") == [("Cafe\nBar", "1, main street,\nback yard, left")]


def test_message_columns_are_the_headers_of_the_file(landing, write):
    mapping = HeaderMapping.from_options(["name=Store Label", "id=REF", "lat=y", "lon=x"])
    landing.load(write("REF;Store Label;y;x\n1;;4;5\n2;b;north;5\n"), mapping=mapping)
    assert landing.rejected() == [(1, "Store Label", "", "name is missing")]
    assert [row[:3] for row in landing.ignored()] == [(2, "x", "5"), (2, "y", "north")]


def test_rejected_rows_carry_their_origin(landing, write):
    landing.load(write(HEADER + ",a,,\n"), batch_id="noon")
    assert landing.query("select source_system, batch_id, source_file from raw.rejected_rows") == [
        ("GI", "noon", "stores.csv")
    ]
