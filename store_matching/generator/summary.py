"""What generator.json says: arguments, sizes and how often each kind of noise occurs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from store_matching.generator.noise import NoiseRates
from store_matching.generator.options import GeneratorOptions
from store_matching.generator.places import MALL, STREET, ZONE
from store_matching.generator.world import World


def summarise(
    options: GeneratorOptions,
    rates: NoiseRates,
    world: World,
    noise_counts: dict[str, dict[str, int]],
    matches: int,
) -> dict[str, Any]:
    """Return arguments, rates, sizes of the world and records per kind of noise and source."""
    place_kind = world.places.kind
    store_kind = place_kind[world.sites.place[world.site]]
    businesses = world.businesses
    return {
        "arguments": {
            "stores": options.stores,
            "seed": options.seed,
            "countries": list(options.countries),
            "overlap": options.overlap,
            "noise": options.noise,
        },
        "rates": asdict(rates),
        "world": {
            "shops": world.store_count,
            "shops_in_both": world.matched,
            "shops_gi_only": world.gi_only,
            "shops_th_only": world.th_only,
            "true_pairs": matches,
            "replaced_pairs": len(world.replaced),
            "towns": len(world.towns.name),
            "streets": int((place_kind == STREET).sum()),
            "malls": int((place_kind == MALL).sum()),
            "retail_parks": int((place_kind == ZONE).sum()),
            "shops_in_malls": int((store_kind == MALL).sum()),
            "shops_inside_others": int((world.host >= 0).sum()),
            "chains": len(np.unique(businesses.chain[businesses.chain >= 0])),
            "chain_shops": int((businesses.chain >= 0).sum()),
            "branches_beside_a_sister": branches_beside_a_sister(world),
            "shops_by_country": {
                code: int((world.country == number).sum()) for number, code in enumerate(world.countries)
            },
        },
        "noise": {kind: {source: noise_counts[source][kind] for source in ("GI", "TH")} for kind in noise_counts["GI"]},
    }


def branches_beside_a_sister(world: World) -> int:
    """Branches that share their street, mall or retail park with another branch of their chain."""
    branch = np.flatnonzero((world.businesses.chain >= 0) & (world.host < 0))
    pairs = np.stack([world.businesses.chain[branch], world.sites.place[branch]])
    _, counts = np.unique(pairs, axis=1, return_counts=True)
    return int(counts[counts > 1].sum())
