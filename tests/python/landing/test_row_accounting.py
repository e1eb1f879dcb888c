"""Rows read = rows accepted + rows rejected, counted independently with Python's csv module."""

import random

import pytest

from store_matching.landing import csv_extract

HEADER = "id,name,address,city"
AWKWARD = {
    "ragged": "1\n2,b,c,d,e\n3,a,b,c\n,,,\n",
    "blank_lines": "\n\n1,a,b,c\n\n   \n2,b,c,d\n\n",
    "quoted_line_breaks": '1,"a\nb","x\r\ny",c\n2,"d\n\n\ne",f,g\n3,"one, two",k,l\n',
    "windows_line_ends": '1,a,b,c\r\n2,"d\r\ne",f,g\r\n\r\n3,h,i,j\r\n',
    "old_mac_line_ends": "1,a,b,c\r2,d,e,f\r",
    "mixed_line_ends": "1,a,b,c\n2,d,e,f\r\n3,g,h,i\r4,j,k,l",
    "quotes_inside": '1,Joe "Best" Diner,5" pipe,c\n2,"Say ""Hi""",b,c\n3,"a"b,c,d\n4, "x",y,z\n',
    "quote_swallows_a_row": '1,"Cafe,addr,x\n2,"Bar",addr,y\n3,Shop,a,b\n',
    "quote_swallows_several_rows": '1,"Cafe,addr,x\n2,Inn,b,c\n4,Pub,d,e\n5,"Bar",addr,y\n3,Shop,a,b\n',
    "duplicates": "1,a,b,c\n1,a,b,c\n2,d,e,f\n1,g,h,i\n",
    "nul_bytes": "1,a\x00b,c,d\n2\x00,b,c,d\n3,c,\x00,e\n\x00,\x00,\x00,\x00\n",
    "very_long_values": f"1,{'n' * 10_000},b,c\n{'i' * 2000},a,b,c\n3,a,{'d' * 5000},c\n",
    "no_final_line_end": "1,a,b,c\n2,d,e,f",
    "header_only": "",
    "control_characters": "1,\x01\x02,\x1a,\x7f\n2,\x0b,\x0c,\u2028\n3,a\u2028b,\u2029,c\n",
}


@pytest.mark.parametrize("name", AWKWARD)
def test_rows_read_are_accepted_or_rejected(landing, write, records_by_csv_module, name):
    text = f"{HEADER}\n{AWKWARD[name]}"
    result = landing.load(write(text))
    records = records_by_csv_module(text)
    assert result.rows_read == len(records)
    assert result.rows_accepted == len(landing.stores())
    assert result.rows_rejected == len(landing.rejected())
    assert result.rows_accepted + result.rows_rejected == len(records)


@pytest.mark.parametrize("name", AWKWARD)
def test_row_numbers_and_ids_are_those_of_the_csv_module(landing, write, records_by_csv_module, name):
    text = f"{HEADER}\n{AWKWARD[name]}"
    landing.load(write(text))
    records = records_by_csv_module(text)
    rejected = {row[0] for row in landing.rejected()}
    assert rejected <= set(range(1, len(records) + 1))
    accepted = {record[0] for number, record in enumerate(records, start=1) if number not in rejected}
    assert {row[0] for row in landing.stores()} == accepted


def random_text(generator: random.Random, delimiter: str) -> str:
    """A file with every kind of damage, but with its quotation marks balanced at the end."""
    pieces = ["a", "é", " ", "\n", "\r\n", delimiter, '""', "\x00", "x" * 30, "'", "\\", "1,5"]
    lines = [delimiter.join(HEADER.split(","))]
    for number in range(generator.randint(0, 60)):
        fields = [str(generator.randint(0, 40)) if generator.random() < 0.9 else ""]
        for _ in range(generator.choice([3, 3, 3, 3, 3, 3, 2, 4, 0])):
            inner = "".join(generator.choices(pieces, k=generator.randint(0, 5)))
            if generator.random() < 0.5:
                fields.append(f'"{inner}"')
            else:
                fields.append("plain" + inner.translate({10: "", 13: "", ord(delimiter): "", 34: '"'}))
        lines.append(delimiter.join(fields) + ("" if number % 3 else "\n"))
    return generator.choice(["\n", "\r\n"]).join(lines)


@pytest.mark.parametrize("seed", range(25))
def test_random_files_add_up(landing, write, records_by_csv_module, seed, monkeypatch):
    # Small blocks, so that records, quotes and line ends straddle them.
    monkeypatch.setattr(csv_extract, "CHUNK_BYTES", 700)
    generator = random.Random(seed)
    delimiter = generator.choice([",", ";", "\t", "|"])
    text = random_text(generator, delimiter)
    records = records_by_csv_module(text, delimiter)
    result = landing.load(write(text))
    assert (result.rows_read, result.rows_accepted + result.rows_rejected) == (len(records), len(records))
    refused = {row[0] for row in landing.rejected()}
    kept = [record for number, record in enumerate(records, start=1) if number not in refused]
    assert sorted(record[0] for record in kept) == [row[0] for row in landing.stores()]
    names = dict(landing.stores())
    assert all(names[record[0]] == record[1].strip() for record in kept)
    ragged = {number for number, record in enumerate(records, start=1) if len(record) != 4}
    assert ragged <= refused


def test_many_blocks_keep_their_row_numbers(landing, write, monkeypatch):
    monkeypatch.setattr(csv_extract, "CHUNK_BYTES", 512)
    rows = [f"{number},shop" if number % 7 == 0 else f"{number},shop,street,town" for number in range(1, 3001)]
    result = landing.load(write("\n".join([HEADER, *rows])))
    assert result.rows_rejected == 3000 // 7
    assert all(int(value.split(",")[0]) == number for number, _, value, _ in landing.rejected())
