"""A stacked bar chart as hand-written SVG: seconds of each step, one bar per system."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

WIDTH = 760
LEFT = 130
RIGHT = 70
BAR_HEIGHT = 34
BAR_GAP = 18
TOP = 44
LEGEND_ROW = 20
LEGEND_COLUMNS = 4
# Distinguishable for colour-blind readers (Okabe and Ito), also on a dark page.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
FONT = 'font-family="sans-serif" font-size="13" fill="#57606a"'


def stacked_bars(title: str, bars: Mapping[str, Mapping[str, float]]) -> str:
    """SVG text of one horizontal bar per system, made of its steps in order.

    bars: system -> step -> seconds
    Raises `ValueError` when there is no bar, a bar has no step, or a step took negative time.
    """
    if not bars or not all(bars.values()):
        raise ValueError("a chart needs at least one bar, and every bar at least one step")
    if any(value < 0 for steps in bars.values() for value in steps.values()):
        raise ValueError("a step cannot have taken negative time")
    steps = list(dict.fromkeys(step for bar in bars.values() for step in bar))
    colours = {step: COLOURS[index % len(COLOURS)] for index, step in enumerate(steps)}
    longest = max(sum(bar.values()) for bar in bars.values()) or 1.0
    scale = (WIDTH - LEFT - RIGHT) / longest
    legend_top = TOP + len(bars) * (BAR_HEIGHT + BAR_GAP) + 10
    height = legend_top + -(-len(steps) // LEGEND_COLUMNS) * LEGEND_ROW + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f'<text x="10" y="24" {FONT} font-weight="bold">{escape(title)}</text>',
    ]
    for index, (system, bar) in enumerate(bars.items()):
        parts += _bar(system, bar, TOP + index * (BAR_HEIGHT + BAR_GAP), scale, colours)
    for index, step in enumerate(steps):
        x = 10 + (index % LEGEND_COLUMNS) * (WIDTH - 20) / LEGEND_COLUMNS
        y = legend_top + index // LEGEND_COLUMNS * LEGEND_ROW
        parts.append(f'<rect x="{x:.1f}" y="{y}" width="12" height="12" fill="{colours[step]}"/>')
        parts.append(f'<text x="{x + 18:.1f}" y="{y + 11}" {FONT}>{escape(step)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _bar(system: str, steps: Mapping[str, float], top: int, scale: float, colours: Mapping[str, str]) -> list[str]:
    middle = top + BAR_HEIGHT / 2 + 5
    parts = [f'<text x="{LEFT - 10}" y="{middle:.1f}" {FONT} text-anchor="end">{escape(system)}</text>']
    x = float(LEFT)
    for step, value in steps.items():
        parts.append(
            f'<rect x="{x:.1f}" y="{top}" width="{value * scale:.1f}" height="{BAR_HEIGHT}"'
            f' fill="{colours[step]}"><title>{escape(step)}: {value:.1f} s</title></rect>'
        )
        x += value * scale
    parts.append(f'<text x="{x + 8:.1f}" y="{middle:.1f}" {FONT}>{sum(steps.values()):.1f} s</text>')
    return parts
