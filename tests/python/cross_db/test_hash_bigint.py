"""Keys are the same numbers everywhere: the first 60 bits of the MD5, whatever the engine computes it with."""

import hashlib
import random

TEXTS = ["", "GI:1", "TH:東京", "a" * 1000, *(f"GI:{random.Random(7).getrandbits(40) + i}" for i in range(500))]


def test_keys_are_the_first_60_bits_of_the_md5(make_dbt_project):
    project = make_dbt_project(copy=("macros",))
    project.write("seeds/texts.csv", "text\n" + "\n".join(f'"{text}"' for text in TEXTS if text) + "\n")
    project.write(
        "models/hashes.sql",
        "select text, {{ hash_bigint('text') }} as hash_value"
        " from (select text from {{ ref('texts') }} union all select '') as texts",
    )
    assert {outcome.status for outcome in project.build().values()} == {"success"}
    hashes = dict(project.query("select text, hash_value from main.hashes"))
    assert hashes == {text: int(hashlib.md5(text.encode()).hexdigest()[:15], 16) for text in TEXTS}
