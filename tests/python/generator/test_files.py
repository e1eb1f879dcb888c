"""The command writes the same bytes for the same seed, and says what is wrong with its arguments."""

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from store_matching.generator import GeneratorError, GeneratorOptions, generate_extracts, write_extracts

COLUMNS = [
    *("id", "name", "address", "postcode", "city", "region", "country"),
    *("lat", "lon", "phone", "website", "category"),
]
FILES = {"gi.csv", "th.csv", "truth.csv", "duplicates.csv", "generator.json"}


def run_script(
    repository: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, str(repository / "scripts/generate_stores.py"), *arguments]
    environment = os.environ | (environment or {})
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def digests(folder: Path) -> dict[str, str]:
    """Digest of each file of a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_same_seed_same_bytes_in_another_process(repository: Path, tmp_path: Path) -> None:
    arguments = ("--stores", "1500", "--seed", "11")
    # String hashes and thread counts differ between machines; the files must not.
    first = {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1"}
    second = {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "8"}
    for name, environment in (("a", first), ("b", second)):
        result = run_script(repository, *arguments, "--out", str(tmp_path / name), environment=environment)
        assert result.returncode == 0, result.stderr
        assert "1500 records of each source" in result.stdout
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert {path.name for path in (tmp_path / "a").iterdir()} == FILES


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    for seed in (1, 2):
        extracts = generate_extracts(GeneratorOptions(stores=500, seed=seed, countries=("FR",)))
        write_extracts(extracts, tmp_path / str(seed))
    first, second = digests(tmp_path / "1"), digests(tmp_path / "2")
    assert all(first[name] != second[name] for name in FILES)


def test_csv_and_parquet_hold_the_same(tmp_path: Path) -> None:
    extracts = generate_extracts(GeneratorOptions(stores=800, seed=5, countries=("FR", "GR")))
    write_extracts(extracts, tmp_path, "csv")
    paths = write_extracts(extracts, tmp_path, "parquet", with_noise=True)
    assert [path.name for path in paths][:2] == ["gi.parquet", "th.parquet"]
    for name in ("gi", "th"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        table = pq.read_table(tmp_path / f"{name}.parquet").to_pylist()
        assert list(rows[0]) == list(table[0]) == COLUMNS
        as_text = [{key: "" if v is None else str(v) for key, v in row.items()} for row in table]
        for row in (*rows, *as_text):
            row["lat"], row["lon"] = (float(row[key]) if row[key] else None for key in ("lat", "lon"))
        assert rows == as_text
        noise = pq.read_table(tmp_path / f"noise_{name}.parquet")
        assert noise["id"].to_pylist() == [row["id"] for row in table]


def test_the_summary_file_has_arguments_and_counts(tmp_path: Path) -> None:
    options = GeneratorOptions(stores=300, seed=5, countries=("IT", "FR"), overlap=0.4, noise="high")
    write_extracts(generate_extracts(options), tmp_path)
    summary = json.loads((tmp_path / "generator.json").read_text(encoding="utf-8"))
    assert summary["arguments"] == {
        "stores": 300,
        "seed": 5,
        "countries": ["IT", "FR"],
        "overlap": 0.4,
        "noise": "high",
    }
    assert summary["noise"]["duplicate_record"] == {"GI": 18, "TH": 18}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stores": 0}, "--stores 0: out of range; give a whole number from 1 to"),
        ({"stores": 10, "seed": -1}, "--seed -1: negative; give a whole number from 0 on"),
        ({"stores": 10, "overlap": 1.2}, "--overlap 1.2: not a share; give a number from 0 to 1"),
        ({"stores": 10, "overlap": float("nan")}, "--overlap nan: not a share"),
        ({"stores": 10, "noise": "some"}, "--noise some: unknown level; give one of low, normal, high"),
        (
            {"stores": 10, "countries": ("FR", "XX")},
            "--countries XX: unknown country code; give codes out of FR",
        ),
        ({"stores": 10, "countries": ("FR", "FR")}, "--countries FR,FR: a code occurs twice"),
    ],
)
def test_arguments_that_cannot_be_used(arguments: dict, message: str) -> None:
    with pytest.raises(GeneratorError) as error:
        GeneratorOptions(**arguments)
    assert str(error.value).startswith(message)


def test_unknown_format_and_unusable_folder(tmp_path: Path) -> None:
    extracts = generate_extracts(GeneratorOptions(stores=5, countries=("FR",)))
    with pytest.raises(GeneratorError, match="--format xml: unknown format; give one of csv, parquet"):
        write_extracts(extracts, tmp_path, "xml")
    (tmp_path / "file").touch()
    with pytest.raises(GeneratorError, match=r"cannot be made .*; name a folder that can be written"):
        write_extracts(extracts, tmp_path / "file")


def test_the_command_reports_a_bad_argument_without_a_trace(repository: Path, tmp_path: Path) -> None:
    result = run_script(repository, "--countries", "FR,ZZ", "--out", str(tmp_path / "out"))
    assert result.returncode == 1
    assert result.stderr.startswith("error: --countries ZZ: unknown country code; give codes out of FR, DE")
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("stores", "overlap"), [(1, 1.0), (1, 0.0), (2, 0.5), (37, 0.0), (37, 1.0)])
def test_small_and_extreme_sizes(stores: int, overlap: float) -> None:
    extracts = generate_extracts(GeneratorOptions(stores=stores, overlap=overlap, noise="high"))
    assert extracts.gi.num_rows == extracts.th.num_rows == stores
    assert (extracts.truth.num_rows > 0) == (overlap > 0 and stores * overlap >= 1)
