"""Boxes hold the places they should, patterns fit real postcodes."""

import re

import pytest

POSIX_SAFE = re.compile(r"(\[[0-9A-Z-]+\](\{[0-9]\}|\?)?)+")

PLACES = [
    ("FR", 48.8566, 2.3522),
    ("FR", 42.6977, 9.4509),
    ("RE", -20.8789, 55.4481),
    ("GB", 60.1553, -1.1450),
    ("ES", 28.1235, -15.4363),
    ("PT", 37.7412, -25.6756),
    ("NO", 70.6634, 23.6821),
    ("US", 21.3069, -157.8583),
    ("US", 61.2181, -149.9003),
    ("RU", 54.7104, 20.4522),
    ("RU", 43.1155, 131.8855),
    ("JP", 26.2124, 127.6792),
    ("AU", -42.8821, 147.3272),
    ("CL", -27.1127, -109.3497),
    ("FJ", -18.1248, 178.4501),
    ("NL", 52.3676, 4.9041),
]

POSTCODES = [
    ("FR", "75008", True),
    ("FR", "7500", False),
    ("GB", "SW1A1AA", True),
    ("GB", "M11AE", True),
    ("GB", "75008", False),
    ("NL", "1012AB", True),
    ("CA", "H2X1Y4", True),
    ("US", "10001", True),
    ("US", "100011234", True),
    ("IE", "D02AF30", True),
    ("IE", "D6WXY01", True),
    ("PL", "00950", True),
    ("BR", "01310100", True),
    ("JP", "1000001", True),
    ("AR", "C1425ABC", True),
    ("MT", "VLT1117", True),
    ("SE", "11122", True),
]


@pytest.fixture(scope="module")
def countries(read_seed):
    return {row["country_code"]: row for row in read_seed("countries")}


def is_inside(country, latitude, longitude):
    return float(country["min_latitude"]) <= latitude <= float(country["max_latitude"]) and float(
        country["min_longitude"]
    ) <= longitude <= float(country["max_longitude"])


@pytest.mark.parametrize(("country_code", "latitude", "longitude"), PLACES)
def test_box_holds_the_place(country_code, latitude, longitude, countries):
    assert is_inside(countries[country_code], latitude, longitude)


def test_boxes_are_on_the_globe_and_not_upside_down(countries):
    for row in countries.values():
        assert -90 <= float(row["min_latitude"]) < float(row["max_latitude"]) <= 90, row
        assert -180 <= float(row["min_longitude"]) < float(row["max_longitude"]) <= 180, row
        assert all(re.fullmatch(r"-?\d+\.\d\d", row[c]) for c in row if c.startswith(("min_", "max_"))), row


def test_neighbours_far_apart_do_not_overlap(countries):
    for first, latitude, longitude in PLACES:
        for other in ("FR", "BR", "ZA", "TH"):
            if other != first:
                assert not is_inside(countries[other], latitude, longitude), (first, other)


def test_patterns_use_only_what_every_engine_reads(countries):
    for row in countries.values():
        if row["postcode_pattern"]:
            assert POSIX_SAFE.fullmatch(row["postcode_pattern"]), row
            re.compile(row["postcode_pattern"])


@pytest.mark.parametrize(("country_code", "postcode", "fits"), POSTCODES)
def test_pattern_fits_real_postcodes(country_code, postcode, fits, countries):
    assert bool(re.fullmatch(countries[country_code]["postcode_pattern"], postcode)) == fits


def test_areas_are_no_longer_than_the_shortest_postcode(countries):
    for row in countries.values():
        if row["postcode_area_length"]:
            compact = re.sub(r"\[[^\]]+\]\?", "", row["postcode_pattern"])
            sizes = re.findall(r"\[[^\]]+\](?:\{([0-9])\})?", compact)
            assert int(row["postcode_area_length"]) <= sum(int(size or 1) for size in sizes), row


@pytest.mark.parametrize(
    ("country_code", "calling_code", "trunk_prefix", "length"),
    [
        ("FR", "33", "0", "9"),
        ("US", "1", "1", "10"),
        ("GB", "44", "0", "10"),
        ("IT", "39", "", "10"),
        ("HU", "36", "06", "9"),
        ("RU", "7", "8", "10"),
        ("DK", "45", "", "8"),
    ],
)
def test_phone_numbers_look_as_they_do(country_code, calling_code, trunk_prefix, length, countries):
    row = countries[country_code]
    assert (row["calling_code"], row["trunk_prefix"], row["national_number_length"]) == (
        calling_code,
        trunk_prefix,
        length,
    )


@pytest.mark.parametrize(
    ("name", "country_code"),
    [
        ("fr", "FR"),
        ("fra", "FR"),
        ("deutschland", "DE"),
        ("uk", "GB"),
        ("scotland", "GB"),
        ("etats unis", "US"),
        ("spojene staty", "US"),
        ("ellada", "GR"),
        ("rossiya", "RU"),
        ("日本", "JP"),
        ("congo kinshasa", "CD"),
        ("niger", "NE"),
    ],
)
def test_country_names_are_read_in_any_language(name, country_code, read_seed):
    assert {"country_name_folded": name, "country_code": country_code} in read_seed("country_names")


def test_every_country_is_known_by_its_codes_and_english_name(countries, read_seed):
    names = {row["country_name_folded"]: row["country_code"] for row in read_seed("country_names")}
    named = {code: [name for name, other in names.items() if other == code] for code in countries}
    for code, country in countries.items():
        assert names[code.lower()] == code
        assert any(len(name) == 3 and name.isalpha() for name in named[code]), code
        english = re.sub("[^a-z]", "", country["country_name"].lower())
        assert not country["country_name"].isascii() or any(re.sub("[^a-z]", "", n) == english for n in named[code]), (
            code
        )
