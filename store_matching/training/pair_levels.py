"""The comparison levels of every candidate pair of a list, computed by the project's own models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np

from store_matching.landing import load_extract
from store_matching.match_files.scratch import scratch_folder
from store_matching.match_files.transform import run_models
from store_matching.training.comparisons import Comparison
from store_matching.training.training_lists import TrainingList

MISSING_DISTANCE = 99999

PAIRS = """
select
    substr(gi.store_key, 4) as gi_id,
    substr(th.store_key, 4) as th_id,
    coalesce(levels.distance_metres, {missing}) as distance_metres,
    {levels}
from staging.pair_levels as levels
inner join staging.stores as gi on levels.gi_store_number = gi.store_number
inner join staging.stores as th on levels.th_store_number = th.store_number
order by gi_id, th_id
"""


@dataclass(frozen=True)
class PairLevels:
    """Every candidate pair of a list.

    pairs:    (gi_id, th_id) by row
    levels:   level by comparison name, each of shape (pairs,)
    distance: metres, shape (pairs,); missing as 99,999
    position: row by (gi_id, th_id)
    """

    pairs: list[tuple[str, str]]
    levels: dict[str, np.ndarray]
    distance: np.ndarray
    position: dict[tuple[str, str], int]


def read_pair_levels(
    source: TrainingList, comparisons: tuple[Comparison, ...], progress: Callable[[str], None]
) -> PairLevels:
    """Run the models up to the levels on a list, in a scratch database.

    Raises ExtractError, TransformError.
    """
    progress(f"comparing {source.name}")
    with scratch_folder() as scratch:
        with duckdb.connect(str(scratch.database)) as connection:
            load_extract(connection, "GI", source.gi, batch_id="training")
            load_extract(connection, "TH", source.th, batch_id="training")
        run_models(scratch, {}, None, lambda line: None, select=("+stg_pair_levels",))
        columns = ",\n    ".join(f"levels.level_{comparison.name}" for comparison in comparisons)
        with duckdb.connect(str(scratch.database), read_only=True) as connection:
            rows = connection.execute(PAIRS.format(missing=MISSING_DISTANCE, levels=columns)).fetchnumpy()
    pairs = list(zip(rows["gi_id"].tolist(), rows["th_id"].tolist(), strict=True))
    levels = {c.name: np.asarray(rows[f"level_{c.name}"], dtype=np.int32) for c in comparisons}
    position = {pair: row for row, pair in enumerate(pairs)}
    return PairLevels(pairs, levels, np.asarray(rows["distance_metres"], dtype=np.int32), position)
