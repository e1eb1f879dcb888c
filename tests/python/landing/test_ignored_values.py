"""Bad optional values of rows that are kept: repaired or set to missing, each with its own row."""

import pytest

MISSING = "set to missing"
ORIGIN = "lat 0, lon 0 stands for an unknown place"

COORDINATES = [
    # lat, lon as written -> stored, [(column, reason, action)]
    ("48.85", "2.35", (48.85, 2.35), []),
    ("-33.9", "+151.2", (-33.9, 151.2), []),
    ("4.885e1", ".5", (48.85, 0.5), []),
    ("90", "-180", (90.0, -180.0), []),
    ("", "", (None, None), []),
    ("NULL", "NaN", (None, None), []),
    ("N/A", "\\N", (None, None), []),
    (
        "abc",
        "2.35",
        (None, None),
        [("lat", "not a number", MISSING), ("lon", "its lat is unusable", MISSING)],
    ),
    ("48.85", "", (None, None), [("lat", "its lon is missing", MISSING)]),
    ("", "2.35", (None, None), [("lon", "its lat is missing", MISSING)]),
    (
        "91",
        "181",
        (None, None),
        [("lat", "outside -90 to 90", MISSING), ("lon", "outside -180 to 180", MISSING)],
    ),
    (
        "200",
        "10",
        (None, None),
        [("lat", "outside -90 to 90", MISSING), ("lon", "its lat is unusable", MISSING)],
    ),
    (
        "10",
        "200",
        (None, None),
        [("lat", "its lon is unusable", MISSING), ("lon", "outside -180 to 180", MISSING)],
    ),
    ("0", "0.0", (None, None), [("lat", ORIGIN, MISSING), ("lon", ORIGIN, MISSING)]),
    ("0", "5", (0.0, 5.0), []),
    (
        "139.7",
        "35.6",
        (35.6, 139.7),
        [("lat", "swapped with lon", "repaired"), ("lon", "swapped with lat", "repaired")],
    ),
    (
        "48,85",
        "2,35",
        (48.85, 2.35),
        [("lat", "decimal comma", "repaired"), ("lon", "decimal comma", "repaired")],
    ),
    ("48,85", "2.35", (48.85, 2.35), [("lat", "decimal comma", "repaired")]),
    (
        "139,7",
        "35.6",
        (35.6, 139.7),
        [("lat", "swapped with lon", "repaired"), ("lon", "swapped with lat", "repaired")],
    ),
    (
        "inf",
        "1e400",
        (None, None),
        [("lat", "not a number", MISSING), ("lon", "not a number", MISSING)],
    ),
    (
        "1_0",
        "0x10",
        (None, None),
        [("lat", "not a number", MISSING), ("lon", "not a number", MISSING)],
    ),
    (
        "48°51'N",
        "1.234,56",
        (None, None),
        [("lat", "not a number", MISSING), ("lon", "not a number", MISSING)],
    ),
]


@pytest.mark.parametrize(("lat", "lon", "stored", "reasons"), COORDINATES)
def test_coordinates(landing, write, lat, lon, stored, reasons):
    result = landing.load(write(f'id,name,lat,lon\n1,a," {lat}","{lon}\t"\n'))
    assert landing.stores("latitude, longitude") == [stored]
    assert [(row[1], row[3], row[4]) for row in landing.ignored()] == reasons
    assert result.values_repaired == sum(reason[2] == "repaired" for reason in reasons)
    assert result.values_set_to_missing == sum(reason[2] == MISSING for reason in reasons)


def test_whole_range_of_doubles_is_kept_exactly(landing, write):
    values = [45.123456789012345, 1e-7, 89.99999999999999, 0.1 + 0.2]
    rows = "".join(f"{number},a,{value!r},{value!r}\n" for number, value in enumerate(values))
    landing.load(write(f"id,name,lat,lon\n{rows}"))
    assert [row[0] for row in landing.stores("latitude")] == values


@pytest.mark.parametrize("literal", ["", "NULL", "null", "\\N", "NaN", "nan", "None", "n/a", "N/A", " NULL "])
def test_literals_for_missing(landing, write, literal):
    header = "id,name,address,postcode,city,region,country,phone,website,category,updated_at,is_deleted"
    landing.load(write(f"{header}\n1,a{(',' + literal) * 10}\n"))
    columns = "address, postcode, city, region, country_code, phone, website, category, updated_at, is_deleted"
    assert landing.stores(columns) == [(None,) * 10]
    assert landing.ignored() == []


def test_words_that_only_look_missing_are_kept(landing, write):
    landing.load(write("id,name,city,country,region\n1,Null Shop,Nantes,NA,None such\n"))
    assert landing.stores("store_name, city, country_code, region") == [("Null Shop", "Nantes", "NA", "None such")]


def test_blanks_around_values_are_trimmed(landing, write):
    blanks = " \t\u00a0\u3000\ufeff\u200b"
    landing.load(write(f'id,name,city\n1,"{blanks}Cafe du  Port\n{blanks}","{blanks}Le Havre{blanks}"\n'))
    assert landing.stores("store_name, city") == [("Cafe du  Port", "Le Havre")]


def test_nul_bytes_of_optional_values_are_dropped(landing, write):
    landing.load(write("id,name,city,phone\n1,a,Ly\x00on,\x00\n"))
    assert landing.stores("city, phone") == [("Lyon", None)]
    assert landing.ignored() == [
        (1, "city", "Ly\\x00on", "holds a NUL byte", "repaired"),
        (1, "phone", "\\x00", "holds a NUL byte", "repaired"),
    ]


def test_overlong_optional_text_is_missing(landing, write):
    landing.load(write(f"id,name,address,website\n1,a,{'x' * 1001},{'y' * 1000}\n2,b,{' ' * 2000}z,\n"))
    assert landing.stores("address, length(website)") == [(None, 1000), ("z", None)]
    assert landing.ignored() == [
        (1, "address", "x" * 200, "longer than 1,000 characters (1001)", MISSING),
    ]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026-01-31", "2026-01-31 00:00:00"),
        ("2026-01-31 13:45", "2026-01-31 13:45:00"),
        ("2026-01-31T13:45:07.25", "2026-01-31 13:45:07.25"),
        ("2026-01-31T13:45:00Z", "2026-01-31 13:45:00"),
        ("2026-01-31 13:45:00+02:00", "2026-01-31 11:45:00"),
        ("2026-01-31T13:45:00-0530", "2026-01-31 19:15:00"),
    ],
)
def test_updated_at_is_utc(landing, write, text, stored):
    landing.load(write(f"id,name,updated_at\n1,a,{text}\n"))
    assert landing.stores("updated_at::varchar") == [(stored,)]
    assert landing.ignored() == []


@pytest.mark.parametrize("text", ["31/01/2026", "2026-13-01", "yesterday", "1769867100", "infinity", "epoch"])
def test_unreadable_updated_at(landing, write, text):
    landing.load(write(f"id,name,updated_at\n1,a,{text}\n"))
    assert landing.stores("updated_at") == [(None,)]
    reason = "not a date and time such as 2026-01-31 13:45:00"
    assert landing.ignored() == [(1, "updated_at", text, reason, MISSING)]


def test_is_deleted(landing, write):
    words = ["true", "T", "Yes", "1", "false", "no", "0", "", "maybe"]
    rows = "".join(f"{number},a,{word}\n" for number, word in enumerate(words, start=1))
    landing.load(write(f"id,name,is_deleted\n{rows}"))
    assert [row[0] for row in landing.stores("is_deleted")] == [True] * 4 + [False] * 3 + [None] * 2
    assert landing.ignored() == [(9, "is_deleted", "maybe", "not true or false", MISSING)]


def test_values_of_rejected_rows_are_not_reported_twice(landing, write):
    landing.load(write("id,name,lat,lon\n,a,north,5\n1,b,4,5\n1,c,north,5\n"))
    assert len(landing.rejected()) == 2
    assert landing.ignored() == []
