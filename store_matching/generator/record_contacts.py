"""Phone, web site and category as one source has them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.ledger import NoiseLedger
from store_matching.generator.phones import (
    PhoneNumbers,
    draw_forms,
    draw_subscribers,
    subscriber_digits,
    write_phones,
)
from store_matching.generator.random_streams import RandomStreams
from store_matching.generator.vocabulary import load_categories, load_countries
from store_matching.generator.world import World

CENTRAL_AREA = {"FR": "9", "DE": "800", "GB": "345", "ES": "900", "IT": "800", "BE": "70", "NL": "88"}
MOBILE_SHARE = 0.2
MOBILE_AREA = {
    "FR": "6",
    "DE": "170",
    "GB": "7700",
    "ES": "6",
    "IT": "333",
    "BE": "4",
    "NL": "6",
    "GR": "69",
    "BG": "88",
}
WEBSITE_FORMS = {
    "GI": ["www.{}", "https://www.{}", "{}", "http://www.{}/"],
    "TH": ["https://www.{}/", "https://{}", "http://{}/", "https://www.{}"],
}
SITE_SHARE = 0.75


def true_phones(world: World, streams: RandomStreams) -> PhoneNumbers:
    """Return the phone number of every shop: a local one by town, or a mobile one."""
    random = streams.stream("phones")
    total = world.store_count
    dials = [*world.towns.dial, *(MOBILE_AREA[code] for code in world.countries)]
    areas = sorted(set(dials) | {CENTRAL_AREA.get(code, "800") for code in world.countries})
    position = np.array([areas.index(dial) for dial in dials], dtype=np.int32)
    town = world.town_of(np.arange(total))
    mobile = (random.random(total) < MOBILE_SHARE) & (world.businesses.chain < 0)
    area = np.where(mobile, position[len(world.towns.dial) + world.country.astype(np.int64)], position[town])
    lengths = np.array([len(item) for item in areas])[area]
    digits = subscriber_digits(world.countries, world.country, lengths)
    return PhoneNumbers(world.country, area, draw_subscribers(random, digits), areas)


def make_phones(world: World, ledger: NoiseLedger, stores: np.ndarray, phones: PhoneNumbers) -> pa.Array:
    """Return the phone of each record, null where missing."""
    random = ledger.random("phone numbers")
    area, subscriber = phones.area[stores].copy(), phones.subscriber[stores].copy()
    missing = ledger.draw("phone_missing")
    chain = world.businesses.chain[stores]
    central = ledger.draw("phone_central", (chain >= 0) & ~missing)
    countries = world.country[stores]
    centre = np.array([phones.areas.index(CENTRAL_AREA.get(code, "800")) for code in world.countries])[countries]
    area = np.where(central, centre, area)
    lengths = np.array([len(item) for item in phones.areas])
    digits = subscriber_digits(world.countries, countries, lengths[area])
    unit = 10 ** (digits.astype(np.int64) - 1)
    # One number per chain, from its position in the list.
    number = 3 * unit + (chain.astype(np.int64) * 104_729) % (6 * unit)
    subscriber = np.where(central, number, subscriber)
    changed = ledger.draw("phone_changed", ~missing & ~central)
    subscriber = np.where(changed, draw_subscribers(random, digits), subscriber)
    typed = ledger.draw("phone_typo", ~missing & ~central & ~changed)
    wrong = subscriber // 100 * 100 + (subscriber % 100 + 1 + random.integers(0, 98, len(stores))) % 100
    subscriber = np.where(typed, wrong, subscriber)
    for kind, mask in (("central", central), ("changed", changed), ("typo", typed), ("missing", missing)):
        ledger.keep(f"phone_{kind}", mask)
    rows = np.flatnonzero(~missing)
    numbers = PhoneNumbers(countries[rows], area[rows], subscriber[rows], phones.areas)
    form = draw_forms(ledger.random("phone forms"), ledger.source, len(stores))
    written = write_phones(world.countries, numbers, form[rows])
    position = np.full(len(stores), -1)
    position[rows] = np.arange(len(rows))
    return text.take(written, position)


def true_domains(world: World, streams: RandomStreams) -> pa.Array:
    """Return the web domain of every shop, null for those without one."""
    random = streams.stream("domains")
    total, businesses = world.store_count, world.businesses
    chain = text.take(text.strings(businesses.chains.domain), businesses.chain)
    own = (businesses.chain < 0) & (random.random(total) < SITE_SHARE)
    # Words are few, names are many: fold the words, then join them.
    words = text.slug(businesses.words)
    words = text.blank_out(words, text.as_mask(pc.equal(words, "")))
    names = text.join([text.take(words, column) for column in businesses.names.words[own].T], "-")
    towns = text.take(words, businesses.city_word[own])
    with_town = random.random(len(names)) < 0.45
    longer = pc.binary_join_element_wise(names, towns, "-")
    names = pc.if_else(pa.array(with_town), longer, names)
    # A domain has one owner: the second shop of the name adds its town, then a number.
    names = pc.if_else(pa.array((rank_of_equals(names) > 0) & ~with_town), longer, names)
    short = random.random(len(names)) < 0.4
    names = pc.if_else(pa.array(short), pc.replace_substring(names, "-", ""), names)
    rank = rank_of_equals(names)
    numbers = text.take(text.number_text(np.arange(rank.max(initial=0) + 1) + 1), np.where(rank > 0, rank, -1))
    names = text.join([names, numbers], "")
    domains = {item.code: item.domain for item in load_countries()}
    endings = text.take(text.strings([domains[code] for code in world.countries]), world.country[own])
    sites = pc.binary_join_element_wise(names, endings, ".")
    position = np.full(total, -1)
    position[own] = np.arange(len(sites))
    return pc.coalesce(chain, text.take(sites, position))


def rank_of_equals(names: pa.Array) -> np.ndarray:
    """For each text, how often it stands in an earlier row."""
    codes = names.dictionary_encode().indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    position = np.arange(len(codes))
    starts = np.concatenate(([True], np.diff(codes[order]) > 0))
    rank = np.empty(len(codes), dtype=np.int64)
    rank[order] = position - np.maximum.accumulate(np.where(starts, position, 0))
    return rank


def make_websites(world: World, ledger: NoiseLedger, stores: np.ndarray, domains: pa.Array) -> pa.Array:
    """Return the web site of each record, null where missing."""
    random = ledger.random("websites")
    size = len(stores)
    domain = text.take(domains, stores)
    chain = world.businesses.chain[stores] >= 0
    missing = ledger.draw("website_missing") | ~text.is_present(domain)
    social = ledger.draw("website_social", ~chain & ~missing)
    ledger.keep("website_missing", missing)
    ledger.keep("website_social", social)
    pieces = [form.split("{}") for form in WEBSITE_FORMS[ledger.source]]
    form = random.integers(0, len(pieces), size)
    # Some chains link to the page of the branch.
    page = chain & (random.random(size) < 0.3)
    city = text.slug(text.strings(world.towns.name))
    town = text.take(city, world.town_of(stores))
    path = text.join(
        [text.repeat("/stores/", size), town, text.number_text(world.businesses.store_number[stores])], "-"
    )
    path = text.keep_where(pc.replace_substring(path, "/-", "/"), page)
    front = text.take(text.strings([piece[0] for piece in pieces]), form)
    back = text.take(text.strings([piece[1] for piece in pieces]), np.where(page, -1, form))
    sites = text.join([front, domain, path, back], "")
    profile = pc.replace_substring_regex(domain, r"\.[a-z.]+$", "")
    profile = pc.binary_join_element_wise(text.repeat("https://www.facebook.com/", size), profile, "")
    sites = pc.if_else(pa.array(social), profile, sites)
    return text.blank_out(sites, missing)


def make_categories(world: World, ledger: NoiseLedger, stores: np.ndarray) -> pa.Array:
    """Return the category of each record in the vocabulary of the source."""
    random = ledger.random("categories")
    categories = load_categories()
    names = [item.name for item in categories]
    confused = np.array([names.index(item.confused_with) if item.confused_with in names else -1 for item in categories])
    category = world.businesses.category[stores].astype(np.int64)
    missing = ledger.draw("category_missing")
    other = ledger.draw("category_other", ~missing & (confused[category] >= 0))
    category = np.where(other, confused[category], category)
    ledger.keep("category_missing", missing)
    ledger.keep("category_other", other)
    if ledger.source == "GI":
        labels = [(f"{item.gi_code} {item.gi_label}", item.gi_label, item.gi_code) for item in categories]
        form = np.searchsorted([0.7, 0.92], random.random(len(stores)), side="right")
    else:
        labels = [item.th_labels for item in categories]
        counts = np.array([len(items) for items in labels])
        # The first label is the usual one.
        form = (random.random(len(stores)) ** 2 * counts[category]).astype(np.int64)
    counts = np.array([len(items) for items in labels])
    offsets = np.concatenate(([0], np.cumsum(counts)[:-1]))
    flat = text.strings([label for items in labels for label in items])
    return text.take(flat, np.where(missing, -1, offsets[category] + form))
