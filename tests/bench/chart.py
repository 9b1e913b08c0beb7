"""Bar charts as SVG, which follow the reader's light or dark colour scheme and need no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #59636e }
  .less { fill: #2f7d4f }
  .more { fill: #b3541e }
  .track { fill: #8c959f; fill-opacity: .16 }
  .line { stroke: #59636e; stroke-dasharray: 3 3 }
  .number { font-variant-numeric: tabular-nums; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .less { fill: #57ab7c }
    .more { fill: #e0823d }
    .line { stroke: #9198a1 }
  }
"""
_WIDTH, _LABEL, _BARS, _ROW, _TOP = 760, 150, 340, 26, 84


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio (below 1 if ours is less), its label, and the figures behind it."""

    label: str
    ratio: float
    figures: str


def bars(title: str, about: str, peer: str, rows: Sequence[Bar]) -> str:
    """One bar for each ratio, and a dashed line at 1, labelled ``peer``."""
    widest = max(1.25, *(bar.ratio for bar in rows))
    scale = _BARS / widest
    height = _TOP + _ROW * len(rows) + 12
    one = _LABEL + scale
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
            f'height="{height}" role="img" aria-label="{escape(title)}">',
            f"<style>{_STYLE}</style>",
            f'<text class="title" x="0" y="20">{escape(title)}</text>',
            f'<text class="quiet" x="0" y="42">{escape(about)}</text>',
            *(_bar(bar, _TOP + number * _ROW, scale) for number, bar in enumerate(rows)),
            f'<line class="line" x1="{one:.1f}" x2="{one:.1f}" y1="{_TOP - 8}" y2="{height - 8}"/>',
            f'<text class="quiet" x="{one:.1f}" y="{_TOP - 14}" text-anchor="middle">{escape(peer)}</text>',
            "</svg>\n",
        ]
    )


def _bar(bar: Bar, top: float, scale: float) -> str:
    kind = "less" if bar.ratio <= 1 else "more"
    middle = top + 14
    figures = _LABEL + _BARS + 12
    return (
        f'<text x="{_LABEL - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect class="track" x="{_LABEL}" y="{top}" width="{_BARS}" height="18" rx="3"/>'
        f'<rect class="{kind}" x="{_LABEL}" y="{top}" width="{max(bar.ratio * scale, 2):.1f}" height="18" rx="3"/>'
        f'<text class="number" x="{figures}" y="{middle}">×{bar.ratio:.2f}</text>'
        f'<text class="quiet" x="{figures + 56}" y="{middle}">{escape(bar.figures)}</text>'
    )
