"""The shops stand and are called as real ones: countries, streets, malls, chains, hosts."""

import numpy as np
import pyarrow.compute as pc
import pytest

from store_matching.generator import GeneratorOptions, NoiseRates
from store_matching.generator.places import MALL, STREET
from store_matching.generator.random_streams import RandomStreams
from store_matching.generator.record_towns import true_postcodes
from store_matching.generator.vocabulary import load_categories, load_cities, load_countries, load_languages
from store_matching.generator.world import World, make_world

POSTCODES = {
    "FR": r"\d{5}",
    "DE": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d{1,2} \d[A-Z]{2}",
    "ES": r"\d{5}",
    "IT": r"\d{5}",
    "BE": r"\d{4}",
    "NL": r"\d{4} [A-Z]{2}",
    "GR": r"\d{3} \d{2}",
    "BG": r"\d{4}",
}


@pytest.fixture(scope="module")
def world() -> World:
    """The shops of 30,000 stores a side."""
    return make_world(GeneratorOptions(stores=30_000, seed=2), NoiseRates(), RandomStreams(2))


def test_countries_have_their_shares(world: World) -> None:
    counts = np.bincount(world.country) / world.store_count
    for number, country in enumerate(load_countries()):
        assert abs(counts[number] - country.share) < 0.001
    assert counts[world.countries.index("FR")] == max(counts)
    assert len(world.countries) >= 5


@pytest.mark.parametrize("country", POSTCODES)
def test_postcodes_have_the_form_of_their_country(world: World, country: str) -> None:
    rows = np.flatnonzero(world.country == world.countries.index(country))
    codes = true_postcodes(world, rows)
    assert pc.all(pc.match_substring_regex(codes, f"^{POSTCODES[country]}$")).as_py()
    assert len(codes.unique()) > 10


def test_shops_stand_near_their_town(world: World) -> None:
    town = world.town_of(np.arange(world.store_count))
    own = world.sites.place[world.site]
    north = np.abs(world.sites.latitude[world.site] - world.towns.latitude[town]) * 111.32
    assert np.quantile(north / world.towns.radius[town], 0.99) < 3
    assert (world.places.town[own] == town).all()
    boxes = {"FR": (41, 51.6), "GB": (49.5, 58), "BG": (40.5, 44.8)}
    for code, (low, high) in boxes.items():
        rows = world.country == world.countries.index(code)
        assert low < world.sites.latitude[rows].min() < world.sites.latitude[rows].max() < high


def test_house_numbers_grow_along_the_street(world: World) -> None:
    place = world.sites.place
    on_street = world.places.kind[place] == STREET
    busiest = np.bincount(place[on_street]).argmax()
    rows = np.flatnonzero((place == busiest) & (world.site == np.arange(world.store_count)))
    direction = world.places.direction[busiest]
    stretch = np.cos(np.radians(world.sites.latitude[rows]))
    along = world.sites.latitude[rows] * np.cos(direction) + (world.sites.longitude[rows] * stretch) * np.sin(direction)
    assert len(rows) > 20
    assert np.corrcoef(along, world.sites.number[rows])[0, 1] > 0.99


def test_chains_have_zipf_sizes_and_sister_branches(world: World) -> None:
    chain = world.businesses.chain
    sizes = np.sort(np.bincount(chain[chain >= 0]))[::-1]
    assert 0.25 < (chain >= 0).mean() < 0.5
    assert (sizes > 0).sum() > 300
    # The largest tenth of the chains has more than a third of the branches.
    assert sizes[: len(sizes) // 10].sum() > sizes.sum() / 3
    place = world.sites.place
    for kind in (STREET, MALL):
        rows = np.flatnonzero((chain >= 0) & (world.places.kind[place] == kind) & (world.host < 0))
        _, counts = np.unique(np.stack([chain[rows], place[rows]]), axis=1, return_counts=True)
        assert (counts > 1).sum() > 5


def test_branches_on_one_street_have_different_numbers(world: World) -> None:
    chain, sites = world.businesses.chain, world.sites
    rows = np.flatnonzero((chain >= 0) & (world.places.kind[sites.place] == STREET) & (world.host < 0))
    keys = np.stack([chain[rows], sites.place[rows], sites.number[rows]])
    # A step along the street may meet a third branch; that stays rare.
    assert len(np.unique(keys, axis=1).T) > 0.999 * len(rows)


def test_shops_inside_others_share_their_address(world: World) -> None:
    guests = np.flatnonzero(world.host >= 0)
    hosts = world.host[guests]
    assert len(guests) > 100
    assert (world.site[guests] == hosts).all()
    assert (world.site[hosts] == hosts).all()
    assert (world.country[guests] == world.country[hosts]).all()
    names = [category.name for category in load_categories()]
    kinds = {names[number] for number in world.businesses.category[hosts]}
    assert {"department_store", "fuel", "supermarket"} <= kinds
    pairs = np.stack([world.businesses.chain[guests], hosts])
    assert len(np.unique(pairs, axis=1).T) == len(guests)


def test_replaced_pairs_are_different_shops_of_one_site(world: World) -> None:
    gone, new = world.replaced.T
    assert len(world.replaced) == round(0.03 * (world.matched + world.gi_only))
    assert (gone >= world.matched).all() and (gone < world.matched + world.gi_only).all()
    assert (new >= world.matched + world.gi_only).all()
    assert (world.site[new] == world.site[gone]).all()
    assert (world.businesses.name_key(gone) != world.businesses.name_key(new)).all()


def test_independent_names_are_many_and_repeat(world: World) -> None:
    businesses = world.businesses
    rows = np.flatnonzero(businesses.chain < 0)
    _, counts = np.unique(businesses.names.words[rows], axis=0, return_counts=True)
    assert len(counts) > 0.6 * len(rows)
    assert counts.max() > 15


def test_streets_and_towns_grow_with_the_stores(world: World) -> None:
    small = make_world(GeneratorOptions(stores=3_000, seed=2), NoiseRates(), RandomStreams(2))
    assert len(world.places.name) > 3 * len(small.places.name)
    assert len(world.towns.name) > len(small.towns.name)


def test_word_lists_are_complete() -> None:
    trades = load_categories()
    categories = {trade.name for trade in trades}
    languages = load_languages()
    for language in languages.values():
        assert categories <= set(language.words), language.code
        assert all(templates for templates in language.templates.values())
    assert {trade.confused_with for trade in trades} <= categories
    assert {city.language for city in load_cities()} == set(languages)
    assert {city.country for city in load_cities()} == {country.code for country in load_countries()}
    assert abs(sum(country.share for country in load_countries()) - 1) < 1e-9
