"""Match two extract files: load, run the models, write the outputs, check that every row is in them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as arrow_parquet

from store_matching.landing import LoadResult, load_extract
from store_matching.landing.describe import describe_load
from store_matching.landing.options import ExtractSource
from store_matching.match_files.outputs import PAIRS_FILE, SUMMARY_FILE, write_outputs
from store_matching.match_files.reconciliation import OutputCounts, reconcile
from store_matching.match_files.relations import (
    ASSIGNMENT_VARIABLE,
    ASSIGNMENTS,
    CAPPED_BLOCKING_KEYS,
    STORE_MATCHES,
    THRESHOLD_VARIABLE,
)
from store_matching.match_files.scratch import Scratch, scratch_folder
from store_matching.match_files.summary import MatchSummary, SourceSummary
from store_matching.match_files.transform import default_threshold, run_models

SCRATCH_FOLDER = "scratch"


@dataclass(frozen=True)
class MatchOptions:
    """How to match.

    assignment:    '1:1' gives a store at most one partner; 'n:1' lets several GI stores share a TH store
    threshold:     smallest match score (0 to 100) of a match; None takes the one of dbt_project.yml
    threads:       of dbt and DuckDB; None leaves it to the profile
    keep_database: leave the scratch database in the output folder, under `scratch/`
    """

    assignment: str = "1:1"
    threshold: float | None = None
    threads: int | None = None
    keep_database: bool = False

    def __post_init__(self) -> None:
        if self.assignment not in ASSIGNMENTS:
            raise ValueError(f"assignment must be one of {ASSIGNMENTS}, not {self.assignment!r}")
        if self.threshold is not None and not 0 <= self.threshold <= 100:
            raise ValueError(f"threshold must be between 0 and 100, not {self.threshold!r}")
        if self.threads is not None and self.threads < 1:
            raise ValueError(f"threads must be 1 or more, not {self.threads!r}")


def match_files(
    gi: ExtractSource,
    th: ExtractSource,
    out: Path,
    options: MatchOptions | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> MatchSummary:
    """Match two extracts and write the files that `write_outputs` describes and summary.json into `out`.

    Files of an earlier match in `out` are replaced when everything has succeeded, and left alone otherwise.
    Raises ExtractError (a file cannot be read), TransformError (a model failed), ReconciliationError (an
    input row is missing from the outputs or comes twice).
    """
    options = options or MatchOptions()
    out.mkdir(parents=True, exist_ok=True)
    seconds: dict[str, float] = {}
    threshold = default_threshold() if options.threshold is None else options.threshold
    for source in (gi, th):
        # A fault in the second file's header is said before the first file is loaded.
        source.open()
    with scratch_folder(out / SCRATCH_FOLDER if options.keep_database else None) as scratch:
        with _timed(seconds, "load"):
            loads = _load(scratch, gi, th, options, progress)
        progress("matching")
        variables = {THRESHOLD_VARIABLE: threshold, ASSIGNMENT_VARIABLE: options.assignment}
        with _timed(seconds, "match"):
            run_models(scratch, variables, options.threads, progress)
        progress("writing the outputs")
        with _connection(scratch, options) as connection:
            with _timed(seconds, "write"):
                write_outputs(connection, scratch.outputs)
            with _timed(seconds, "check"):
                counts = reconcile(connection, scratch.outputs, loads, options.assignment)
            summary = _summary(connection, scratch, loads, counts, threshold, options, seconds)
        summary.write_json(scratch.outputs / SUMMARY_FILE)
        for file in sorted(scratch.outputs.iterdir()):
            shutil.move(file, out / file.name)
    return summary


@contextmanager
def _connection(scratch: Scratch, options: MatchOptions) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(scratch.database)) as connection:
        connection.execute("set preserve_insertion_order = false")
        if options.threads is not None:
            connection.execute(f"set threads = {options.threads}")
        yield connection


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - started, 3)


def _load(
    scratch: Scratch,
    gi: ExtractSource,
    th: ExtractSource,
    options: MatchOptions,
    progress: Callable[[str], None],
) -> dict[str, LoadResult]:
    loads = {}
    with _connection(scratch, options) as connection:
        for source in (gi, th):
            progress(f"loading {source.path}")
            load = load_extract(
                connection,
                source.source_system,
                source.path,
                mapping=source.mapping,
                encoding=source.encoding,
                batch_id="match_files",
            )
            progress(describe_load(load))
            loads[source.source_system] = load
    return loads


def _summary(
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
    loads: dict[str, LoadResult],
    counts: dict[str, OutputCounts],
    threshold: float,
    options: MatchOptions,
    seconds: dict[str, float],
) -> MatchSummary:
    logic_version = connection.execute(f"select max(logic_version) from {STORE_MATCHES}").fetchone()[0]
    capped = connection.execute(f"select count(*) from {CAPPED_BLOCKING_KEYS}").fetchone()[0]
    return MatchSummary(
        gi=_source_summary(loads["GI"], counts["GI"]),
        th=_source_summary(loads["TH"], counts["TH"]),
        matched_pairs=counts["GI"].matched_pairs,
        gi_only=counts["GI"].unmatched,
        th_only=counts["TH"].unmatched,
        linked_duplicates=sum(side.linked_duplicates for side in counts.values()),
        rejected_rows=sum(side.rejected for side in counts.values()),
        candidate_pairs=arrow_parquet.read_metadata(scratch.outputs / PAIRS_FILE).num_rows,
        capped_blocking_keys=capped,
        threshold=threshold,
        assignment=options.assignment,
        logic_version=logic_version,
        seconds=seconds,
    )


def _source_summary(load: LoadResult, counts: OutputCounts) -> SourceSummary:
    return SourceSummary(
        file=load.file.name,
        rows_read=load.rows_read,
        rows_accepted=load.rows_accepted,
        rows_rejected=load.rows_rejected,
        values_repaired=load.values_repaired,
        values_set_to_missing=load.values_set_to_missing,
        matched=counts.matched,
        unmatched=counts.unmatched,
        linked_duplicates=counts.linked_duplicates,
        marked_deleted=counts.marked_deleted,
    )
