"""Coordinates as one source has them."""

from __future__ import annotations

import numpy as np

from store_matching.generator.ledger import NoiseLedger
from store_matching.generator.towns import KILOMETRES_PER_DEGREE
from store_matching.generator.world import World

# Standard deviation in metres of every source's points, along each axis.
JITTER_METRES = 15.0
METRES_PER_DEGREE = KILOMETRES_PER_DEGREE * 1000
DECIMALS = 6


def make_coordinates(world: World, ledger: NoiseLedger, site: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return latitude and longitude of each record in degrees, NaN where missing."""
    size = len(site)
    random = ledger.random("coordinates")
    sites, towns = world.sites, world.towns
    latitude, longitude = sites.latitude[site], sites.longitude[site]
    stretch = np.cos(np.radians(latitude))
    north, east = random.normal(0, JITTER_METRES, size), random.normal(0, JITTER_METRES, size)
    moved = ledger.draw("coordinates_moved")
    distance, bearing = random.uniform(200, 800, size), random.uniform(0, 2 * np.pi, size)
    north += moved * distance * np.cos(bearing)
    east += moved * distance * np.sin(bearing)
    centroid = ledger.draw("coordinates_centroid", ~moved)
    town = world.places.town[sites.place[site]]
    latitude = np.where(centroid, towns.latitude[town], latitude + north / METRES_PER_DEGREE)
    longitude = np.where(centroid, towns.longitude[town], longitude + east / METRES_PER_DEGREE / stretch)
    rounded = ledger.draw("coordinates_rounded", ~moved & ~centroid)
    latitude = np.where(rounded, np.round(latitude, 3), np.round(latitude, DECIMALS))
    longitude = np.where(rounded, np.round(longitude, 3), np.round(longitude, DECIMALS))
    swapped = ledger.draw("coordinates_swapped")
    latitude, longitude = np.where(swapped, longitude, latitude), np.where(swapped, latitude, longitude)
    missing = ledger.draw("coordinates_missing")
    masks = {
        "coordinates_moved": moved,
        "coordinates_centroid": centroid,
        "coordinates_rounded": rounded,
        "coordinates_swapped": swapped,
    }
    for kind, mask in masks.items():
        ledger.keep(kind, mask & ~missing)
    ledger.keep("coordinates_missing", missing)
    latitude[missing] = np.nan
    longitude[missing] = np.nan
    return latitude, longitude
