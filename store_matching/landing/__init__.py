"""Landing: extract files of either source into the RAW tables, each row kept or refused with its reason."""

from store_matching.landing.errors import ExtractError
from store_matching.landing.lake_load import load_batch
from store_matching.landing.load import load_extract
from store_matching.landing.load_result import LoadResult, RowAccountingError
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.open_extract import open_extract

__all__ = [
    "ExtractError",
    "HeaderMapping",
    "LoadResult",
    "RowAccountingError",
    "load_batch",
    "load_extract",
    "open_extract",
]
