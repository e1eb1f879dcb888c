"""A small match whose every figure can be worked out by hand.

GI g1 … g6, TH t1 … t6. Matched: g1-t1 (right), g2-t3 (wrong), g4-t4 (right), g6-t6 (no truth at all).
g3 and t2, t5 stay alone; g5 is a linked duplicate of g4. True: g1-t1, g2-t2, g3-t3, g4-t4, g5-t4, gx-t5.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from store_matching.evaluation import EvaluationInputs

FILES = {
    "store_matches.csv": (
        "gi_id,th_id,match_score,status\n"
        "g1,t1,99,MATCHED\ng2,t3,80,MATCHED\ng4,t4,90,MATCHED\ng6,t6,60,MATCHED\n"
        "g3,,,GI_ONLY\n,t2,,TH_ONLY\n,t5,,TH_ONLY\n"
    ),
    "linked_duplicates.csv": "source,id,representative_id,status,partner_id\nGI,g5,g4,MATCHED,t4\n",
    "truth.csv": "gi_id,th_id\ng1,t1\ng2,t2\ng3,t3\ng4,t4\ng5,t4\ngx,t5\ng1,t1\n",
    "labelled.csv": (
        "gi_id,th_id,label,split\ng1,t1,1,test\ng2,t2,1,test\ng2,t3,0,test\ng3,t3,1,test\n"
        "g6,t6,0,test\ng3,t5,0,test\ng4,t4,1,train\n"
    ),
    "gi.csv": (
        "id,name,city,country,lat,lon\ng1,Un,Paris,FR,48,2\ng2,Deux,,FR,,\ng3,Trois,Lyon,fr,45,4\n"
        "g4,Four,Bath,GB,51,-2\ng5,Four,Bath,GB,51,-2\ng6,Six,Bonn,,50,7\n"
    ),
    "th.csv": (
        "id,name,city,country,lat,lon\nt1,Un,Paris,,48,2\nt2,Deux,Metz,,49,6\nt3,Trois,Lyon,,45,4\n"
        "t4,Four,Bath,,51,-2\nt5,Cinq,Nice,,43,7\nt6,Six,Bonn,DE,50,7\n"
    ),
    "summary.json": json.dumps({"threshold": 50.0}),
}
PAIRS = {
    "gi_id": ["g1", "g2", "g2", "g3", "g4", "g6", "g5"],
    "th_id": ["t1", "t2", "t3", "t3", "t4", "t6", "t4"],
    "total_points": [40, -10, 20, 10, 30, 5, 30],
    "match_score": [99.0, 30.0, 80.0, 70.0, 90.0, 60.0, 90.0],
    "level_name": [3, 1, 2, 2, 3, 2, 3],
    "points_name": [20, -15, 15, 5, 20, 8, 20],
    "level_distance": [2, 0, 2, 1, 1, 1, 1],
    "points_distance": [20, 0, 10, -5, 5, -3, 5],
    "level_phone": [0, 1, 0, 0, 0, 0, 0],
    "points_phone": [0, 5, -5, 10, 5, 0, 5],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Folder with the files of the match."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    pa.parquet.write_table(pa.table(PAIRS), tmp_path / "scored_pairs.parquet")
    return tmp_path


@pytest.fixture
def inputs(folder: Path) -> Callable[..., EvaluationInputs]:
    """Function that returns the inputs of an evaluation; keywords replace or add files."""

    def make(**changed: object) -> EvaluationInputs:
        files = {"matches": folder / "store_matches.csv", "truth": folder / "truth.csv"}
        return EvaluationInputs(**(files | changed))

    return make
