"""Read the files of an evaluation into a DuckDB connection, ids always as text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet

from store_matching.landing.options import ExtractSource

DUPLICATES_FILE = "linked_duplicates.csv"
SUMMARY_FILE = "summary.json"
TRUE_LABELS = ("1", "true")
FALSE_LABELS = ("0", "false")


class EvaluationInputError(ValueError):
    """A file of the evaluation cannot be used. The message names file, row, column and value."""


@dataclass(frozen=True)
class EvaluationInputs:
    """Files of one evaluation.

    matches:       store_matches.csv of a match; linked_duplicates.csv and summary.json are read beside it
    truth:         CSV gi_id, th_id: every true pair
    pairs:         scored_pairs.parquet of the same match
    labelled:      CSV gi_id, th_id, label (0 or 1) and optionally split
    split:         the split of `labelled` to use; None uses all rows
    threshold:     match score (0 to 100) from which a pair counts as a match; None takes it from summary.json
    n_to_1:        several GI stores may share a TH store; linked GI duplicates count as matched with the
                   partner of their representative
    sources:       the extracts themselves, for countries, missing fields and names in examples
    """

    matches: Path
    truth: Path
    pairs: Path | None = None
    labelled: Path | None = None
    split: str | None = None
    threshold: float | None = None
    n_to_1: bool = False
    sources: tuple[ExtractSource, ...] = field(default=())


def open_inputs(inputs: EvaluationInputs) -> duckdb.DuckDBPyConnection:
    """Return a connection in memory with the tables of the evaluation.

    matches     gi_id, th_id, match_score, status
    duplicates  source, id, representative_id
    truth       gi_id, th_id, without repetitions
    pairs       gi_id, th_id, match_score, level_*, points_*; only when `inputs.pairs` is given
    labelled    gi_id, th_id, is_true, split; only when `inputs.labelled` is given
    stores      source, id and the columns of the extracts as text, one row per id
    Raises EvaluationInputError or, for the extracts, ExtractError.
    """
    connection = duckdb.connect()
    _matches(connection, inputs.matches)
    _duplicates(connection, inputs.matches.parent / DUPLICATES_FILE)
    _truth(connection, inputs.truth)
    if inputs.pairs is not None:
        _pairs(connection, inputs.pairs)
    if inputs.labelled is not None:
        _labelled(connection, inputs.labelled, inputs.split)
    _stores(connection, inputs.sources)
    return connection


def threshold_of(inputs: EvaluationInputs) -> float | None:
    """Return the threshold of the inputs, else that of summary.json beside the pairs or the matches.

    Raises EvaluationInputError where it is no match score.
    """
    if inputs.threshold is not None:
        return _as_score(inputs.threshold, "--threshold")
    for file in (inputs.pairs, inputs.matches):
        summary = None if file is None else file.parent / SUMMARY_FILE
        if summary is not None and summary.is_file():
            try:
                threshold = float(json.loads(summary.read_text(encoding="utf-8"))["threshold"])
            except (ValueError, KeyError, TypeError) as error:
                raise EvaluationInputError(
                    f"{summary}: has no threshold ({error}); give it with --threshold"
                ) from error
            return _as_score(threshold, f"{summary}: threshold")
    return None


def _as_score(threshold: float, where: str) -> float:
    if not 0 <= threshold <= 100:
        raise EvaluationInputError(f"{where} {threshold}: a match score is a number from 0 to 100")
    return threshold


def read_id_table(path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> pa.Table:
    """Read a CSV file as text and return its `columns`, and those `optional` ones that it has.

    Raises EvaluationInputError for a file that is missing, unreadable or lacks a column, or an empty id.
    """
    try:
        reader = arrow_csv.open_csv(path, arrow_csv.ReadOptions(block_size=1 << 20))
        names = reader.schema.names
        table = arrow_csv.read_csv(
            path,
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowException, OSError) as error:
        raise EvaluationInputError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error
    missing = [name for name in columns if name not in names]
    if missing:
        raise EvaluationInputError(f"{path}: column {', '.join(missing)} not found; the file has: {', '.join(names)}")
    return table.select([*columns, *(name for name in optional if name in names)])


def _matches(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    table = read_id_table(path, ("gi_id", "th_id", "match_score", "status"))
    connection.register("matches_file", table)
    connection.execute(
        """create table matches as
           select nullif(gi_id, '') as gi_id, nullif(th_id, '') as th_id,
               try_cast(nullif(match_score, '') as double) as match_score, status
           from matches_file"""
    )
    connection.unregister("matches_file")


def _duplicates(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute("create table duplicates (source varchar, id varchar, representative_id varchar)")
    if path.is_file():
        connection.register("duplicates_file", read_id_table(path, ("source", "id", "representative_id")))
        connection.execute("insert into duplicates select * from duplicates_file")
        connection.unregister("duplicates_file")


def _truth(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    table = read_id_table(path, ("gi_id", "th_id"))
    _refuse_empty_ids(table, path)
    connection.register("truth_file", table)
    connection.execute("create table truth as select distinct gi_id, th_id from truth_file")
    connection.unregister("truth_file")


def _pairs(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        names = arrow_parquet.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise EvaluationInputError(f"{path}: is not a readable Parquet file: {error}") from error
    missing = [name for name in ("gi_id", "th_id", "match_score") if name not in names]
    if missing:
        raise EvaluationInputError(f"{path}: column {', '.join(missing)} not found")
    connection.register("pairs_file", arrow_parquet.read_table(path))
    connection.execute("create table pairs as select * from pairs_file")
    connection.unregister("pairs_file")


def _labelled(connection: duckdb.DuckDBPyConnection, path: Path, split: str | None) -> None:
    needed = ("gi_id", "th_id", "label") if split is None else ("gi_id", "th_id", "label", "split")
    table = read_id_table(path, needed, optional=("split",) if split is None else ())
    _refuse_empty_ids(table, path)
    for row, label in enumerate(table["label"].to_pylist(), start=1):
        if label.strip().lower() not in (*TRUE_LABELS, *FALSE_LABELS):
            raise EvaluationInputError(f"{path}: row {row}, column label, value {label!r}: write 0 or 1")
    if "split" not in table.column_names:
        table = table.append_column("split", pa.array([""] * table.num_rows))
    connection.register("labelled_file", table)
    connection.execute(
        """create table labelled as
           select gi_id, th_id, lower(trim(label)) in ('1', 'true') as is_true, split
           from labelled_file where $split is null or split = $split""",
        {"split": split},
    )
    found = connection.execute("select count(*) from labelled").fetchone()[0]
    if split is not None and not found:
        splits = connection.execute("select distinct split from labelled_file order by 1").fetchall()
        listed = ", ".join(repr(row[0]) for row in splits)
        raise EvaluationInputError(f"{path}: no row has split {split!r}; the file has: {listed}")
    connection.unregister("labelled_file")


def _stores(connection: duckdb.DuckDBPyConnection, sources: tuple[ExtractSource, ...]) -> None:
    connection.execute(
        """create table stores (
            source varchar, id varchar, name varchar, address varchar, postcode varchar, city varchar,
            region varchar, country varchar, lat varchar, lon varchar, phone varchar, website varchar,
            category varchar
        )"""
    )
    for source in sources:
        connection.register("extract_reader", source.open().rows())
        connection.execute(
            """insert into stores by name
               select distinct on (id) $source as source,
                   columns(* exclude (record_number, updated_at, is_deleted))
               from (select * replace (nullif(trim(country), '') as country) from extract_reader)
               where id is not null
               order by id, record_number""",
            {"source": source.source_system},
        )
        connection.unregister("extract_reader")


def _refuse_empty_ids(table: pa.Table, path: Path) -> None:
    for column in ("gi_id", "th_id"):
        for row, value in enumerate(table[column].to_pylist(), start=1):
            if not value:
                raise EvaluationInputError(f"{path}: row {row}, column {column} is empty: every pair needs two ids")
