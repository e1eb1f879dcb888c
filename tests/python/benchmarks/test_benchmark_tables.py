"""Tables, labels and the chart of the benchmark results."""

import json
from xml.etree import ElementTree

import pytest

from benchmarks.harness.chart import stacked_bars
from benchmarks.harness.tables import markdown_table, share, size_label, write_results

SVG = "{http://www.w3.org/2000/svg}"


def test_markdown_table_aligns_numbers_right_and_writes_thousands():
    table = markdown_table(["list", "pairs"], [["a|b", 1234567], ["c", None]])
    assert table == "| list | pairs |\n| :-- | --: |\n| a\\|b | 1,234,567 |\n| c |  |\n"


def test_markdown_table_refuses_a_row_of_another_width():
    with pytest.raises(ValueError, match="1 cells, the header has 2"):
        markdown_table(["list", "pairs"], [["a"]])


@pytest.mark.parametrize(
    ("stores", "label"), [(300_000, "300k"), (1_000_000, "1m"), (2500, "2500"), (1_100_000, "1100k")]
)
def test_size_label(stores, label):
    assert size_label(stores) == label


def test_share_keeps_missing_apart_from_zero():
    assert (share(None), share(0.0), share(0.98765)) == (None, "0.0000", "0.9877")


def test_write_results_writes_readable_json_and_markdown(tmp_path):
    write_results(tmp_path / "new", "speed", {"ratio": 2.5}, "| a |\n")
    assert json.loads((tmp_path / "new/speed.json").read_text()) == {"ratio": 2.5}
    assert (tmp_path / "new/speed.md").read_text() == "| a |\n"


def test_bars_are_as_long_as_their_seconds_and_follow_each_other():
    svg = ElementTree.fromstring(stacked_bars("t", {"ours": {"load": 10, "run": 30}, "peer": {"run": 80}}))
    bars = [rect for rect in svg.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    titles = [rect.find(f"{SVG}title").text for rect in bars]
    assert titles == ["load: 10.0 s", "run: 30.0 s", "run: 80.0 s"]
    load, ours_run, peer_run = ({key: float(bar.get(key)) for key in ("x", "width")} for bar in bars)
    assert ours_run["width"] == pytest.approx(3 * load["width"], abs=0.2)
    assert peer_run["width"] == pytest.approx(2 * (load["width"] + ours_run["width"]), abs=0.4)
    assert ours_run["x"] == pytest.approx(load["x"] + load["width"], abs=0.2)
    assert bars[1].get("fill") == bars[2].get("fill") != bars[0].get("fill")


def test_chart_escapes_names():
    chart = ElementTree.fromstring(stacked_bars("a < b & c", {"<ours>": {"a&b": 1.0}}))
    assert "a < b & c" in "".join(chart.itertext())


@pytest.mark.parametrize("bars", [{}, {"ours": {}}, {"ours": {"load": -1.0}}])
def test_chart_refuses_what_it_cannot_draw(bars):
    with pytest.raises(ValueError):
        stacked_bars("t", bars)
