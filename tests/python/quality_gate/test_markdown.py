"""The report is read on GitHub: names out of foreign files must not act there."""

import pytest

from store_matching.evaluation import PairCounts
from store_matching.quality_gate import ListComparison, PairChange, report_in_markdown
from store_matching.quality_gate.markdown import escaped


def report(gained=(), lost=()):
    comparison = ListComparison("a_list", PairCounts(9, 1, 0), PairCounts(9, 1, 0), tuple(gained), tuple(lost))
    return report_in_markdown([comparison], [], "main", "the working folder")


def pair(name="Anna", *, is_true=True, number=1):
    return PairChange(f"g{number}", name, f"t{number}", "Anna", is_true, 91.0, None)


@pytest.mark.parametrize(
    "name",
    [
        "@everyone",
        "a | b",
        "<img src=x>",
        "[a](https://x.y)",
        "`rm`",
        "**bold**",
        "#12",
        "http://a.b",
        "www.a.b",
        "a\n\n# b",
    ],
)
def test_no_name_breaks_the_table_or_acts(name):
    row = next(line for line in report([pair(name)]).splitlines() if line.startswith("| right"))
    assert row.count("|") == 6
    cell = row.split("|")[2]
    assert not set("@<>[]`*|\n") & set(cell)
    assert "://" not in cell
    assert "www." not in cell


def test_a_long_name_is_shortened():
    assert escaped("x" * 300) == "x" * 59 + "…"


def test_what_got_worse_comes_first_and_the_rest_is_counted():
    gained = [pair(number=number) for number in range(30)] + [pair(is_true=False, number=99)]
    lines = report(gained).splitlines()
    rows = [line for line in lines if line.startswith(("| right", "| **wrong"))]
    assert len(rows) == 25
    assert rows[0].startswith("| **wrong** | Anna (g99)")
    assert "6 more in `comparison.json`." in lines


def test_a_pair_without_score_was_not_proposed():
    assert "| 91.0 | not proposed |" in report(lost=[pair()])
