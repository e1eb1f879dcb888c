"""The truth and the list of duplicates are right, complete and cannot be guessed from the identifiers."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import GeneratedExtracts


def test_sizes_are_exact(extracts: GeneratedExtracts) -> None:
    world = extracts.summary["world"]
    assert extracts.gi.num_rows == extracts.th.num_rows == 20_000
    assert extracts.gi.column_names == extracts.th.column_names
    assert world["shops_in_both"] + world["shops_gi_only"] == 20_000 - 600
    assert world["shops_in_both"] == round(0.7 * (20_000 - 600))
    assert world["true_pairs"] == extracts.truth.num_rows
    assert sum(world["shops_by_country"].values()) == world["shops"]


def test_identifiers_are_unique_and_names_present(extracts: GeneratedExtracts) -> None:
    for table, pattern in ((extracts.gi, r"^GI-\d{6,}$"), (extracts.th, r"^th_[0-9a-f]{10}$")):
        assert len(table["id"].unique()) == table.num_rows
        assert pc.all(pc.match_substring_regex(table["id"], pattern)).as_py()
        assert table["name"].null_count == 0
        assert pc.min(pc.utf8_length(table["name"])).as_py() > 0


def test_truth_holds_every_pair_of_each_shop(extracts: GeneratedExtracts) -> None:
    original = dict(
        zip(
            extracts.duplicates["id"].to_pylist(),
            extracts.duplicates["duplicate_of_id"].to_pylist(),
            strict=True,
        )
    )
    pairs = list(zip(*(extracts.truth[name].to_pylist() for name in ("gi_id", "th_id")), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert {gi for gi, _ in pairs} <= set(extracts.gi["id"].to_pylist())
    assert {th for _, th in pairs} <= set(extracts.th["id"].to_pylist())
    # Without duplicates the truth is one to one, and it covers exactly the shops in both.
    shops = {(original.get(gi, gi), original.get(th, th)) for gi, th in pairs}
    assert len(shops) == extracts.summary["world"]["shops_in_both"]
    assert len({gi for gi, _ in shops}) == len({th for _, th in shops}) == len(shops)
    # With them, each shop has every combination of its records.
    copies = Counter(original.values())
    expected = sum((1 + copies[gi]) * (1 + copies[th]) for gi, th in shops)
    assert len(pairs) == expected


def test_duplicates_are_other_records_of_the_same_source(extracts: GeneratedExtracts) -> None:
    table = extracts.duplicates
    assert Counter(table["source"].to_pylist()) == {"GI": 600, "TH": 600}
    originals = set(table["duplicate_of_id"].to_pylist())
    assert not originals & set(table["id"].to_pylist())
    for source, extract in (("GI", extracts.gi), ("TH", extracts.th)):
        own = table.filter(pc.equal(table["source"], source))
        rows = own.join(extract, "id").join(extract, "duplicate_of_id", "id", right_suffix="_original")
        assert rows.num_rows == 600
        same_name = pc.equal(pc.utf8_lower(rows["name"]), pc.utf8_lower(rows["name_original"]))
        assert 0.3 < pc.mean(same_name.cast(pa.int8())).as_py() < 0.9
        # Slightly different: no field of a duplicate contradicts its original's town or category.
        for column in ("city", "category", "country"):
            assert rows[column].equals(rows[f"{column}_original"])
        apart = pc.abs(pc.subtract(rows["lat"], rows["lat_original"]))
        assert pc.max(apart).as_py() < 60 / 111_000


def test_replaced_shops_are_no_matches_but_stand_at_one_address(extracts: GeneratedExtracts) -> None:
    matched = {name: set(extracts.truth[name].to_pylist()) for name in ("gi_id", "th_id")}
    places = {}
    for source, table, key in (("GI", extracts.gi, "gi_id"), ("TH", extracts.th, "th_id")):
        flagged = extracts.noise[source]["replaced_store"]
        assert pc.sum(flagged).as_py() >= extracts.summary["world"]["replaced_pairs"] == 582
        replaced = table.filter(flagged)
        assert not matched[key] & set(replaced["id"].to_pylist())
        located = replaced.filter(pc.is_valid(replaced["lat"]))
        places[source] = np.stack([located["lat"].to_numpy(), located["lon"].to_numpy()], axis=1)
    # Most of them have their counterpart within 100 m: points are missing or moved in some.
    gaps = np.abs(places["GI"][:, None, :] - places["TH"][None, :, :]).max(axis=2).min(axis=1)
    assert (gaps < 100 / 111_000).mean() > 0.75


def test_identifiers_and_order_tell_nothing(extracts: GeneratedExtracts) -> None:
    position = {
        name: {value: row for row, value in enumerate(table["id"].to_pylist())}
        for name, table in (("gi_id", extracts.gi), ("th_id", extracts.th))
    }
    rows = {name: [position[name][value] for value in extracts.truth[name].to_pylist()] for name in position}
    correlation = np.corrcoef(rows["gi_id"], rows["th_id"])[0, 1]
    # Five standard deviations of the correlation of unrelated rows.
    assert abs(correlation) < 5 / len(rows["gi_id"]) ** 0.5
    for name, other in (("gi_id", extracts.gi), ("th_id", extracts.th)):
        in_truth = np.isin(np.arange(other.num_rows), rows[name])
        assert abs(np.corrcoef(np.arange(other.num_rows), in_truth)[0, 1]) < 5 / other.num_rows**0.5
