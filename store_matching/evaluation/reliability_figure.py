"""A reliability diagram as SVG, without a drawing library."""

from __future__ import annotations

from store_matching.evaluation.calibration import Calibration

SIZE = 420
MARGIN = 50
LARGEST_RADIUS = 14


def reliability_svg(calibration: Calibration, title: str) -> str:
    """Return an SVG picture: score against share of right pairs, dots as large as their number of pairs."""
    plot = SIZE - 2 * MARGIN

    def x(value: float) -> float:
        return round(MARGIN + plot * value, 1)

    def y(value: float) -> float:
        return round(SIZE - MARGIN - plot * value, 1)

    largest = max((band.pairs for band in calibration.bands), default=1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" font-family="sans-serif" '
        'font-size="11" role="img">',
        f"<title>{_escaped(title)}</title>",
        f'<rect width="{SIZE}" height="{SIZE}" fill="white"/>',
        f'<text x="{SIZE / 2}" y="24" text-anchor="middle" font-size="13">{_escaped(title)}</text>',
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
    ]
    for tick in range(0, 101, 20):
        value = tick / 100
        parts.append(f'<line x1="{x(0)}" y1="{y(value)}" x2="{x(1)}" y2="{y(value)}" stroke="#eee"/>')
        parts.append(f'<text x="{x(0) - 6}" y="{y(value) + 4}" text-anchor="end">{tick}</text>')
        parts.append(f'<text x="{x(value)}" y="{y(0) + 16}" text-anchor="middle">{tick}</text>')
    parts.append(f'<text x="{SIZE / 2}" y="{SIZE - 12}" text-anchor="middle">match score</text>')
    parts.append(
        f'<text x="14" y="{SIZE / 2}" text-anchor="middle" transform="rotate(-90 14 {SIZE / 2})">right pairs, %</text>'
    )
    for band in calibration.bands:
        radius = round(3 + (LARGEST_RADIUS - 3) * (band.pairs / largest) ** 0.5, 1)
        hint = (
            f"score {band.low:g} to {band.high:g}: {band.pairs:,} pairs, "
            f"mean {100 * band.mean_score:.1f}, right {100 * band.share_true:.1f} %"
        )
        parts.append(
            f'<circle cx="{x(band.mean_score)}" cy="{y(band.share_true)}" r="{radius}" fill="#2a6fbb" '
            f'fill-opacity="0.7"><title>{hint}</title></circle>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
