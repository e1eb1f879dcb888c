"""docs/generator.md says what the code does."""

import re
from pathlib import Path

from store_matching.generator import NOISE_KINDS


def test_the_table_of_noise_is_that_of_the_code(repository: Path) -> None:
    text = (repository / "docs/generator.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (\S+) \| (\S+) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    documented = {row[0]: (tuple(float(rate) for rate in row[1:4]), row[4], row[5]) for row in rows}
    assert documented == {kind.name: (kind.rates, kind.among, kind.description) for kind in NOISE_KINDS.values()}
