"""Generated extracts that several tests look at; they are made once."""

from dataclasses import fields

import pytest

from store_matching.generator import GeneratedExtracts, GeneratorOptions, NoiseRates, generate_extracts


@pytest.fixture(scope="session")
def extracts() -> GeneratedExtracts:
    """20,000 stores a side at the level "normal"."""
    return generate_extracts(GeneratorOptions(stores=20_000, seed=7))


@pytest.fixture(scope="session")
def no_noise() -> NoiseRates:
    """All rates zero."""
    return NoiseRates(**{item.name: 0.0 for item in fields(NoiseRates)})
