"""Which of a file's keys the table holds: the same answer from the few files that are opened as from all of them."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.schema import Schema
from pyiceberg.types import (
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
    TimestamptzType,
)

from store_matching.errors import LakeError
from store_matching.sentinel.data_files import live_keys, read_contents
from store_matching.sentinel.live_rows import files_sql, pruning_column
from store_matching.sentinel.logical_files import make_logical_files
from store_matching.sentinel.scan import ledger_of, scan_connection
from store_matching.sentinel.watched import WatchedTable

from .conftest import GI

START = datetime(1969, 12, 30, 22)
TEXTS = ["", "a", "é", "日本", "zz", "x" * 40, "x" * 40 + "y", "\U0010ffff" * 20, "Ω-1"]
KINDS = {
    "long": (LongType(), lambda r: r.choice([r.randint(-300, 300), r.randint(-(2**63), 2**63 - 1)])),
    "int": (IntegerType(), lambda r: r.choice([r.randint(-300, 300), r.randint(-(2**31), 2**31 - 1)])),
    "date": (DateType(), lambda r: date(1970, 1, 1) + timedelta(days=r.randint(-400, 400))),
    "timestamp": (TimestampType(), lambda r: START + timedelta(microseconds=r.randint(0, 4 * 86_400 * 10**6))),
    "timestamptz": (
        TimestamptzType(),
        lambda r: START.replace(tzinfo=UTC) + timedelta(seconds=r.randint(0, 4 * 86_400)),
    ),
    "string": (StringType(), lambda r: r.choice(TEXTS) + r.choice(TEXTS)),
    "double": (DoubleType(), lambda r: r.choice([0.5, -1.25, float(r.randint(-9, 9))])),
    "decimal": (DecimalType(9, 2), lambda r: Decimal(r.randint(-900, 900)) / 100),
}


@pytest.fixture
def table_of(local):
    """Makes a table with a key column of a type, and another column with a quotation mark in its name."""

    def make(kind):
        schema = Schema(NestedField(1, "ke y", kind, required=False), NestedField(2, 'o"ther', LongType()))
        local.lake.catalog.create_namespace_if_not_exists("raw")
        return local.lake.catalog.create_table("raw.keys", schema)

    return make


def arrow(table, keys):
    """Rows of the table's schema."""
    return pa.table({"ke y": keys, 'o"ther': [1] * len(keys)}, schema=table.schema().as_arrow())


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("with_nulls", [True, pytest.param(False, marks=pytest.mark.long)])
def test_pruned_files_hold_no_wanted_key(table_of, local, name, with_nulls):
    kind, make = KINDS[name]
    chosen = random.Random(f"{name}{with_nulls}")
    table = table_of(kind)
    known = []
    for _ in range(8):
        keys = sorted(make(chosen) for _ in range(3))
        known += keys
        table.append(arrow(table, keys))
    orphans = {}
    for number in range(12):
        keys = [chosen.choice(known) if chosen.random() < 0.5 else make(chosen) for _ in range(2)]
        keys += [None] if with_nulls and number % 3 == 0 else []
        path = f"{table.location()}/data/orphan{number}.parquet".removeprefix("file://")
        pq.write_table(arrow(table, keys), path)
        orphans[path] = keys
    watched = WatchedTable("raw.keys", key_columns=("ke y",))
    with scan_connection(table) as connection:
        ledger = ledger_of(local.ledgers, connection, table, watched)
        assert make_logical_files(connection, ledger, table) == set()
        contents, errors = read_contents(connection, table, list(orphans))
        assert errors == {}
        for paths in (list(orphans), *([path] for path in orphans)):
            counts = live_keys(connection, table, [contents[path] for path in paths], ["ke y"], "", ledger)
            for path in paths:
                assert counts[path].rows == len(orphans[path])
                assert counts[path].live == sum(key is not None and key in known for key in orphans[path]), path


def test_only_files_that_can_hold_the_key_are_opened(table_of, local, monkeypatch):
    table = table_of(LongType())
    for start in range(0, 100, 10):
        table.append(arrow(table, [start, start + 9]))
    path = f"{table.location()}/data/orphan.parquet".removeprefix("file://")
    pq.write_table(arrow(table, [41, 42]), path)
    opened = []
    import store_matching.sentinel.live_rows as module

    monkeypatch.setattr(
        module, "files_sql", lambda c, t, paths, names: opened.extend(paths) or files_sql(c, t, paths, names)
    )
    with scan_connection(table) as connection:
        ledger = ledger_of(local.ledgers, connection, table, WatchedTable("raw.keys", key_columns=("ke y",)))
        make_logical_files(connection, ledger, table)
        contents, _ = read_contents(connection, table, [path])
        live_keys(connection, table, list(contents.values()), ["ke y"], "", ledger)
    assert len(opened) == 1


def test_bounds_of_before_a_column_became_long_are_understood(table_of, local):
    table = table_of(IntegerType())
    table.append(arrow(table, [-5, 70_000]))
    with table.update_schema() as update:
        update.update_column("ke y", LongType())
    table = local.lake.table("raw.keys")
    table.append(arrow(table, [2**40]))
    path = f"{table.location()}/data/orphan.parquet".removeprefix("file://")
    pq.write_table(arrow(table, [-5, 70_000, 2**40, 6]), path)
    with scan_connection(table) as connection:
        ledger = ledger_of(local.ledgers, connection, table, WatchedTable("raw.keys", key_columns=("ke y",)))
        make_logical_files(connection, ledger, table)
        contents, _ = read_contents(connection, table, [path])
        counts = live_keys(connection, table, list(contents.values()), ["ke y"], "", ledger)
    assert (counts[path].rows, counts[path].live) == (4, 3)


def test_a_declaration_that_names_another_key_still_finds_every_row(table_of, local):
    table = table_of(LongType())
    table.append(arrow(table, [1, 2]))
    watched = WatchedTable("raw.keys", key_columns=("ke y",))
    path = f"{table.location()}/data/orphan.parquet".removeprefix("file://")
    pq.write_table(arrow(table, [1, 7]), path)
    for declared in (watched, replace(watched, key_columns=('o"ther',)), watched):
        keys = list(declared.key_columns)
        with scan_connection(table) as connection:
            ledger = ledger_of(local.ledgers, connection, table, declared)
            make_logical_files(connection, ledger, table)
            contents, _ = read_contents(connection, table, [path])
            counts = live_keys(connection, table, list(contents.values()), keys, "", ledger)
        assert counts[path].live == (1 if keys == ["ke y"] else 2)


def test_time_separates_files_better_than_text():
    schema = Schema(NestedField(1, "id", StringType()), NestedField(2, "window", TimestampType()))

    class Stub:
        def schema(self):
            return schema

    assert pruning_column(Stub(), ["id", "window"]) == ("window", 2)
    assert pruning_column(Stub(), ["id"]) == ("id", 1)


def test_a_key_that_the_table_lacks_is_refused_and_named(local):
    local.load(11, "ab")
    with pytest.raises(LakeError, match="has no column 'store' of a simple type"):
        local.scan(replace(GI, key_columns=("store_id", "store")))
