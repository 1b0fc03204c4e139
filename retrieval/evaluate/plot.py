"""The reliability plot of the model card: how sure the judge was against how often it was right, as an SVG picture."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.evaluate.metrics import Bin

SIDE, EDGE, FOOT = 360, 56, 64
"""Pixels: the plot's square, the margin with the scale, the margin below it."""
INK, GRID, BAR = "#1f2328", "#d0d7de", "#2f6f9f"


def pooled(bins: Sequence[Bin]) -> list[Bin]:
    """Bins of several files together, by range, in order."""
    ranges: dict[tuple[float, float], list[Bin]] = {}
    for one in bins:
        ranges.setdefault((one.low, one.high), []).append(one)
    return [_together(low, high, members) for (low, high), members in sorted(ranges.items())]


def _together(low: float, high: float, members: Sequence[Bin]) -> Bin:
    count = sum(one.count for one in members)
    sure = sum(one.count * one.probability for one in members)
    right = sum(one.count * one.right for one in members)
    return Bin(low, high, count, sure / max(count, 1), right / max(count, 1))


def reliability_picture(bins: Sequence[Bin], title: str) -> str:
    """The picture: a point a range, as large as it is full, beside the line on which a calibrated judge would lie."""
    fullest = max((one.count for one in bins), default=1)
    parts = [*_frame(title), *(part for one in bins if one.count for part in _point(one, fullest))]
    width, height = SIDE + 2 * EDGE, SIDE + EDGE + FOOT
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
    return "\n".join([f'{head}font-size="12" fill="{INK}" role="img" aria-label="{title}">', *parts, "</svg>", ""])


def _frame(title: str) -> list[str]:
    parts = ['<rect width="100%" height="100%" fill="#ffffff"/>']
    for step in range(6):
        share = step / 5
        x, y = _place(share, share)
        parts += [
            f'<path d="M{EDGE} {y:.1f}H{EDGE + SIDE}M{x:.1f} {EDGE}V{EDGE + SIDE}" stroke="{GRID}"/>',
            f'<text x="{x:.1f}" y="{EDGE + SIDE + 18}" text-anchor="middle">{share:.1f}</text>',
            f'<text x="{EDGE - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.1f}</text>',
        ]
    middle = EDGE + SIDE / 2
    return [
        *parts,
        f'<path d="M{EDGE} {EDGE + SIDE}L{EDGE + SIDE} {EDGE}" stroke="{INK}" stroke-dasharray="4 4"/>',
        f'<text x="{middle}" y="{EDGE - 24}" text-anchor="middle" font-size="14">{title}</text>',
        f'<text x="{middle}" y="{EDGE + SIDE + 40}" text-anchor="middle">mean probability of what it said</text>',
        f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">share that was right</text>',
    ]


def _point(one: Bin, fullest: int) -> list[str]:
    x, y = _place(one.probability, one.right)
    radius = 3 + 9 * (one.count / fullest) ** 0.5
    return [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{BAR}" fill-opacity="0.8"/>',
        f'<text x="{x + radius + 3:.1f}" y="{y + 14:.1f}" font-size="10">{one.count}</text>',
    ]


def _place(across: float, up: float) -> tuple[float, float]:
    return EDGE + SIDE * across, EDGE + SIDE * (1 - up)
