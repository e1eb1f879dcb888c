"""Synthetic GI and TH extracts with a known truth, see docs/generator.md."""

from store_matching.generator.extracts import GeneratedExtracts, generate_extracts
from store_matching.generator.noise import NOISE_KINDS, NOISE_LEVELS, NoiseRates
from store_matching.generator.options import GeneratorError, GeneratorOptions
from store_matching.generator.writing import write_extracts

__all__ = [
    "NOISE_KINDS",
    "NOISE_LEVELS",
    "GeneratedExtracts",
    "GeneratorError",
    "GeneratorOptions",
    "NoiseRates",
    "generate_extracts",
    "write_extracts",
]
