"""Each kind of noise does what it says, to the records it is counted for and to no other."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from store_matching.generator import (
    NOISE_KINDS,
    GeneratedExtracts,
    GeneratorOptions,
    NoiseRates,
    generate_extracts,
)

# These change which records there are; they have tests of their own.
CHANGES_RECORDS = ("duplicate_record", "replaced_store")
OPTIONS = GeneratorOptions(stores=800, seed=3, countries=("FR", "BG"))
MISSING = {
    "address": ("address_missing",),
    "postcode": ("postcode_missing", "postcode_in_city"),
    "city": ("city_missing",),
    "region": ("region_missing",),
    "country": ("country_missing",),
    "lat": ("coordinates_missing",),
    "lon": ("coordinates_missing",),
    "phone": ("phone_missing",),
    "website": ("website_missing",),
    "category": ("category_missing",),
}


@pytest.fixture(scope="module")
def clean(no_noise: NoiseRates) -> GeneratedExtracts:
    """The same shops without any noise."""
    return generate_extracts(OPTIONS, rates=no_noise)


def changed_columns(before: pa.Table, after: pa.Table) -> dict[str, pa.ChunkedArray]:
    """For each column, the mask of the records whose value differs."""
    assert before["id"].equals(after["id"])
    changed = {}
    for name in before.column_names[1:]:
        same = pc.equal(before[name], after[name])
        both_missing = pc.and_(pc.is_null(before[name]), pc.is_null(after[name]))
        changed[name] = pc.invert(pc.or_(pc.fill_null(same, False), both_missing))
    return changed


@pytest.mark.parametrize("kind", [kind for kind in NOISE_KINDS if kind not in CHANGES_RECORDS])
def test_a_kind_changes_exactly_the_records_it_is_counted_for(
    kind: str, clean: GeneratedExtracts, no_noise: NoiseRates
) -> None:
    noisy = generate_extracts(OPTIONS, rates=replace(no_noise, **{kind: 0.5}))
    flagged_records = 0
    for source, before, after in (("GI", clean.gi, noisy.gi), ("TH", clean.th, noisy.th)):
        changed = changed_columns(before, after)
        touched = [name for name, mask in changed.items() if pc.any(mask).as_py()]
        assert set(touched) <= set(NOISE_KINDS[kind].columns)
        any_change = pc.equal(before["id"], "")
        for mask in changed.values():
            any_change = pc.or_(any_change, mask)
        flagged = noisy.noise[source][kind]
        if kind == "website_missing":
            # Shops that have no web site count too, and do not change.
            any_change = pc.is_null(after["website"])
        assert any_change.to_pylist() == flagged.to_pylist()
        flagged_records += pc.sum(flagged).as_py()
        assert noisy.summary["noise"][kind][source] == pc.sum(flagged).as_py()
    assert flagged_records > 0


def test_every_kind_occurs_at_the_normal_level(extracts: GeneratedExtracts) -> None:
    missing = [
        (kind, source)
        for kind, counts in extracts.summary["noise"].items()
        for source, count in counts.items()
        if count == 0
    ]
    assert missing == []


def test_counts_are_those_of_the_noise_tables(extracts: GeneratedExtracts) -> None:
    for source, table in extracts.noise.items():
        for kind in NOISE_KINDS:
            assert extracts.summary["noise"][kind][source] == pc.sum(table[kind]).as_py()


@pytest.mark.parametrize("column", MISSING)
def test_counts_of_missing_values_are_those_of_the_extract(extracts: GeneratedExtracts, column: str) -> None:
    for source, table in (("GI", extracts.gi), ("TH", extracts.th)):
        counted = sum(extracts.summary["noise"][kind][source] for kind in MISSING[column])
        assert table[column].null_count == counted


def test_rates_are_met_within_chance(extracts: GeneratedExtracts) -> None:
    # Kinds that every record can have; five standard deviations at 20,000 records.
    rates = NoiseRates()
    for kind in ("address_missing", "phone_missing", "coordinates_moved", "region_missing", "note_added"):
        rate = getattr(rates, kind)
        for source in ("GI", "TH"):
            share = extracts.summary["noise"][kind][source] / 20_000
            extra = 0.3 * rates.duplicate_record if kind in ("address_missing", "phone_missing") else 0.0
            assert abs(share - rate) < 5 * (rate * (1 - rate) / 20_000) ** 0.5 + extra


def test_swapped_coordinates_lie_outside_the_country(extracts: GeneratedExtracts) -> None:
    for source, table in (("GI", extracts.gi), ("TH", extracts.th)):
        # All countries of the generator lie north of 34 degrees and west of 30 degrees east.
        outside = pc.fill_null(pc.less(table["lat"], 30.0), False)
        assert outside.to_pylist() == extracts.noise[source]["coordinates_swapped"].to_pylist()


def test_presets_get_rougher(no_noise: NoiseRates) -> None:
    low, normal, high = (NoiseRates.at_level(level) for level in ("low", "normal", "high"))
    for kind in NOISE_KINDS:
        assert 0 < getattr(low, kind) < getattr(normal, kind) < getattr(high, kind) < 1
    assert normal == NoiseRates()


def test_without_noise_both_sources_agree(clean: GeneratedExtracts) -> None:
    gi, th = clean.gi, clean.th
    pairs = clean.truth.join(gi, "gi_id", "id").join(th, "th_id", "id", right_suffix="_th")
    assert pairs.num_rows == clean.truth.num_rows > 0
    for column in ("name", "postcode", "city", "region"):
        assert pairs[column].equals(pairs[f"{column}_th"])
    assert pc.max(pc.abs(pc.subtract(pairs["lat"], pairs["lat_th"]))).as_py() < 100 / 111_000
