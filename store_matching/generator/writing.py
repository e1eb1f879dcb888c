"""Write the generated extracts to files."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from store_matching.generator.extracts import GeneratedExtracts, Progress
from store_matching.generator.options import FORMATS, GeneratorError

NOISE_FILE = "noise_{}.parquet"


def write_extracts(
    extracts: GeneratedExtracts,
    folder: Path,
    file_format: str = "csv",
    *,
    with_noise: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """Write gi, th, truth.csv, duplicates.csv and generator.json; return the paths.

    folder:      made when it does not exist; files of the same name are replaced
    file_format: "csv" or "parquet", of the two extracts
    with_noise:  also write noise_gi.parquet and noise_th.parquet: which record has which noise

    Raises GeneratorError when the format is unknown or the folder cannot be made.
    """
    if file_format not in FORMATS:
        raise GeneratorError("format", file_format, "unknown format", f"give one of {', '.join(FORMATS)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GeneratorError(
            "out", folder, f"cannot be made ({error.strerror})", "name a folder that can be written"
        ) from error
    started = time.perf_counter()
    paths = []
    for name, table in (("gi", extracts.gi), ("th", extracts.th)):
        path = folder / f"{name}.{file_format}"
        write_csv(table, path) if file_format == "csv" else write_parquet(table, path)
        paths.append(path)
    for name, table in (("truth.csv", extracts.truth), ("duplicates.csv", extracts.duplicates)):
        write_csv(table, folder / name)
        paths.append(folder / name)
    if with_noise:
        for source, table in extracts.noise.items():
            paths.append(folder / NOISE_FILE.format(source.lower()))
            write_parquet(table, paths[-1])
    paths.append(folder / "generator.json")
    paths[-1].write_text(json.dumps(extracts.summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if progress:
        progress(f"{len(paths)} files written to {folder}", time.perf_counter() - started)
    return paths


def write_csv(table: pa.Table, path: Path) -> None:
    """Write one table as CSV with a header; missing values are empty."""
    pacsv.write_csv(table, path)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write one table as Parquet."""
    pq.write_table(table, path, compression="zstd", row_group_size=256_000)
