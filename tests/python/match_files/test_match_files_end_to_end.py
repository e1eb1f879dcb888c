"""Two awkward files through the real models: every row is accounted for, ids come back as they went in."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from store_matching.landing import HeaderMapping
from store_matching.landing.options import ExtractSource
from store_matching.match_files import MatchOptions, match_files
from store_matching.match_files.scratch import scratch_folder
from store_matching.match_files.transform import TransformError, run_models

SHOPS = [
    ("Boulangerie Martin", "12 rue de la Paix", "75002", "Paris", "48.8690", "2.3310", "+33 1 42 60 11 22"),
    ("Café du Commerce", "51 rue du Commerce", "75015", "Paris", "48.8470", "2.2950", "+33 1 45 75 03 27"),
    ("Pharmacie Lafayette", "3 place Bellecour", "69002", "Lyon", "45.7578", "4.8320", "+33 4 78 37 00 01"),
    ("Librairie Mollat", "15 rue Vital Carles", "33000", "Bordeaux", "44.8404", "-0.5790", ""),
    ("Fleurs de Nice", "8 avenue Jean Médecin", "06000", "Nice", "43.7034", "7.2663", "+33 4 93 00 11 22"),
    ("Garage Dupont", "77 route de Vannes", "44100", "Nantes", "47.2290", "-1.5880", "+33 2 40 11 22 33"),
]
GI_IDS = ["00123", "1e5", 'a,"b"', "line\nbreak", " lead", "NULL"]
HEADER = ["ref", "label", "address", "postcode", "city", "lat", "lon", "phone", "is_deleted"]


def write_gi(path: Path) -> int:
    """GI: the six shops under awkward ids, one duplicate under another id, one deleted, four refused rows."""
    rows = [[identifier, *shop, ""] for identifier, shop in zip(GI_IDS, SHOPS, strict=True)]
    rows.append(["twin", *SHOPS[0], "false"])
    rows.append(["gone", "Old Shop", "1 rue Neuve", "59000", "Lille", "", "", "", "true"])
    rows.append(["00123", "Someone else", *[""] * 7])
    rows.append(["", "no id", *[""] * 7])
    rows.append(["x" * 2000, "id too long", *[""] * 7])
    rows.append(["ragged", "too few fields"])
    rows.append(["bad point", "Lonely Shop", "9 impasse Seule", "29200", "Brest", "abc", "-4.49", "", ""])
    with path.open("w", newline="", encoding="latin-1") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])
    return len(rows)


def write_th(path: Path) -> int:
    """TH: Parquet with whole numbers as ids; the same shops in another order and one of its own."""
    shops = [*reversed(SHOPS), ("Quincaillerie du Port", "2 quai du Port", "13002", "Marseille", "", "", "")]
    names = ("name", "address", "postcode", "city", "lat", "lon", "phone")
    columns = dict(zip(names, zip(*shops, strict=True), strict=True))
    table = pa.table(
        {
            "id": pa.array(range(1000, 1000 + len(shops)), pa.int64()),
            **{name: list(values) for name, values in columns.items() if name not in ("lat", "lon")},
            "lat": pa.array([float(value) if value else None for value in columns["lat"]]),
            "lon": pa.array([float(value) if value else None for value in columns["lon"]]),
        }
    )
    pa.parquet.write_table(table, path)
    return len(shops)


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def matched(tmp_path_factory, repository):
    """Folder with the outputs of the script, the rows written and what the script printed."""
    folder = tmp_path_factory.mktemp("match")
    gi_rows, th_rows = write_gi(folder / "gi.csv"), write_th(folder / "th.parquet")
    outcome = subprocess.run(
        [
            *(sys.executable, str(repository / "scripts" / "match_files.py")),
            *("--gi", str(folder / "gi.csv"), "--th", str(folder / "th.parquet")),
            *("--map-gi", "id=ref", "--map-gi", "name=label", "--encoding", "latin-1"),
            *("--out", str(folder / "out"), "--keep-database", "--threads", "1"),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=300,
    )
    assert outcome.returncode == 0, outcome.stderr
    return folder / "out", gi_rows, th_rows, outcome


def test_every_input_row_is_in_the_outputs_once(matched):
    out, gi_rows, th_rows, _ = matched
    matches, duplicates = read(out / "store_matches.csv"), read(out / "linked_duplicates.csv")
    rejected, deleted = read(out / "rejected_rows.csv"), 1
    pairs = [row for row in matches if row["status"] == "MATCHED"]
    assert gi_rows + th_rows == len(matches) + len(pairs) + len(duplicates) + len(rejected) + deleted


def test_ids_are_those_of_the_files(matched):
    out, *_ = matched
    matches, duplicates = read(out / "store_matches.csv"), read(out / "linked_duplicates.csv")
    gi_ids = [row["gi_id"] for row in matches if row["gi_id"]]
    gi_ids += [row["id"] for row in duplicates if row["source"] == "GI"]
    assert sorted(gi_ids) == sorted([*GI_IDS, "twin", "bad point"])
    th_ids = [row["th_id"] for row in matches if row["th_id"]]
    th_ids += [row["id"] for row in duplicates if row["source"] == "TH"]
    assert sorted(th_ids) == [str(number) for number in range(1000, 1007)]


def test_the_same_shops_find_each_other(matched):
    out, *_ = matched
    partner = {row["gi_id"]: row["th_id"] for row in read(out / "store_matches.csv")}
    partner |= {
        row["id"]: row["partner_id"]
        for row in read(out / "linked_duplicates.csv")
        if row["source"] == "GI" and row["status"] == "MATCHED"
    }
    expected = {identifier: str(1005 - position) for position, identifier in enumerate(GI_IDS)}
    assert {identifier: partner[identifier] for identifier in GI_IDS} == expected
    assert partner["twin"] == expected["00123"]
    assert partner["bad point"] == ""


def test_rejected_rows_and_ignored_values_are_written(matched):
    out, *_ = matched
    reasons = [(row["row_number"], row["column"]) for row in read(out / "rejected_rows.csv")]
    assert reasons == [("9", "ref"), ("10", "ref"), ("11", "ref"), ("12", "")]
    assert [(row["row_number"], row["column"], row["value"]) for row in read(out / "ignored_values.csv")] == [
        ("13", "lat", "abc"),
        ("13", "lon", "-4.49"),
    ]


def test_scored_pairs_explain_every_match(matched):
    out, *_ = matched
    pairs = pa.parquet.read_table(out / "scored_pairs.parquet")
    assert pairs.column_names[:4] == ["gi_id", "th_id", "total_points", "match_score"]
    rows = pairs.to_pylist()
    scores = {(row["gi_id"], row["th_id"]): row["match_score"] for row in rows}
    assert len(scores) == len(rows)
    for row in read(out / "store_matches.csv"):
        if row["status"] == "MATCHED":
            assert scores[row["gi_id"], row["th_id"]] == pytest.approx(float(row["match_score"]))
    points = [name for name in pairs.column_names if name.startswith("points_")]
    assert {name for name in pairs.column_names if name.startswith("level_")}
    assert all(sum(row[name] for name in points) == row["total_points"] for row in rows)


def test_summary_agrees_with_the_files(matched):
    out, gi_rows, th_rows, outcome = matched
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    statuses = [row["status"] for row in read(out / "store_matches.csv")]
    assert (summary["gi"]["rows_read"], summary["th"]["rows_read"]) == (gi_rows, th_rows)
    assert summary["matched_pairs"] == statuses.count("MATCHED")
    assert (summary["gi_only"], summary["th_only"]) == (statuses.count("GI_ONLY"), statuses.count("TH_ONLY"))
    assert summary["linked_duplicates"] == len(read(out / "linked_duplicates.csv"))
    assert summary["rejected_rows"] == 4
    assert summary["gi"]["marked_deleted"] == 1
    assert summary["candidate_pairs"] == pa.parquet.read_metadata(out / "scored_pairs.parquet").num_rows
    assert set(summary["seconds"]) == {"load", "match", "write", "check"}
    assert summary["logic_version"]
    assert f"{summary['matched_pairs']} pairs matched" in outcome.stdout
    assert "stg_store_matches" in outcome.stderr


def test_kept_database_holds_the_match(matched):
    out, *_ = matched
    with duckdb.connect(str(out / "scratch" / "stores.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from staging.store_matches").fetchone()[0] > 0


@pytest.fixture(scope="module")
def one_sided(tmp_path_factory):
    """Summary and outputs of a match in which GI has no store, with another assignment and threshold."""
    folder = tmp_path_factory.mktemp("one_sided")
    (folder / "gi.csv").write_text("id,name\n", encoding="utf-8")
    write_th(folder / "th.parquet")
    before = set(folder.parent.glob("store_matching_*"))
    lines: list[str] = []
    summary = match_files(
        ExtractSource("GI", folder / "gi.csv", HeaderMapping(), None),
        ExtractSource("TH", folder / "th.parquet", HeaderMapping(), None),
        folder / "out",
        MatchOptions(assignment="n:1", threshold=37.5),
        lines.append,
    )
    assert set(folder.parent.glob("store_matching_*")) == before
    return summary, folder / "out", lines


@pytest.mark.long
def test_side_without_stores(one_sided):
    summary, out, _ = one_sided
    assert (summary.gi.rows_read, summary.matched_pairs, summary.gi_only, summary.th_only) == (0, 0, 0, 7)
    assert summary.candidate_pairs == 0
    assert {row["status"] for row in read(out / "store_matches.csv")} == {"TH_ONLY"}


@pytest.mark.long
def test_options_are_kept_with_the_result(one_sided):
    summary, out, _ = one_sided
    assert (summary.assignment, summary.threshold) == ("n:1", 37.5)
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["threshold"] == 37.5


@pytest.mark.long
def test_nothing_but_the_results_is_left(one_sided):
    _, out, lines = one_sided
    assert {file.name for file in out.iterdir()} == {
        "store_matches.csv",
        "linked_duplicates.csv",
        "scored_pairs.parquet",
        "rejected_rows.csv",
        "ignored_values.csv",
        "summary.json",
    }
    assert any("stg_store_matches" in line for line in lines)


@pytest.mark.long
def test_failing_models_are_named():
    with scratch_folder() as scratch, pytest.raises(TransformError) as caught:
        run_models(scratch, {"assignment": "2:2"}, None, lambda line: None)
    assert "assignment must be" in str(caught.value)
    assert not scratch.folder.exists()
