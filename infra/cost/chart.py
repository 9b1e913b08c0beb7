"""The comparison as an SVG, which follows the reader's light or dark colour scheme and needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

from infra.cost.comparison import VOLUMES, ComparisonRow
from infra.cost.report import money

_STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #59636e }
  .ours { fill: #2f7d4f }
  .theirs { fill: #8c959f }
  .grid { stroke: #8c959f; stroke-opacity: .3 }
  .number { font-variant-numeric: tabular-nums }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .ours { fill: #57ab7c }
    .theirs { fill: #6e7681 }
  }
"""
_WIDTH, _LABEL, _BARS, _ROW, _HEAD, _TOP = 880, 290, 490, 22, 34, 70
#: Bars start here: a logarithmic scale has no zero.
_LEAST = 0.1


def chart(rows: Sequence[ComparisonRow], volumes: Sequence[float] = VOLUMES) -> str:
    """A group of bars for each number of requests, without a firewall, on a logarithmic scale."""
    most = max(bill.usd or 0 for row in rows for bill in row.without_waf)
    decades = max(1, ceil(log10(max(most, 10) / _LEAST)))
    height = _TOP + len(volumes) * (_HEAD + _ROW * len(rows)) + 8
    body = [_group(rows, index, volumes[index], decades) for index in range(len(volumes))]
    title = "A month's bill without WAF, USD, storage apart"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
            f'height="{height}" role="img" aria-label="{escape(title)}">',
            f"<style>{_STYLE}</style>",
            f'<text class="title" x="0" y="20">{escape(title)}</text>',
            '<text class="quiet" x="0" y="42">The scale is logarithmic: each line is ten times the one before. '
            "Green is imagehub.</text>",
            *_grid(decades, height),
            *body,
            "</svg>\n",
        ]
    )


def _grid(decades: int, height: int) -> list[str]:
    lines = []
    for decade in range(decades + 1):
        x = _LABEL + _BARS * decade / decades
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{height - 8}"/>')
        lines.append(
            f'<text class="quiet" x="{x:.1f}" y="{_TOP - 6}" text-anchor="middle">{_LEAST * 10**decade:,g}</text>'
        )
    return lines


def _group(rows: Sequence[ComparisonRow], index: int, requests: float, decades: int) -> str:
    top = _TOP + index * (_HEAD + _ROW * len(rows))
    head = f'<text class="title" x="0" y="{top + 24}">{requests / 1e6:,.0f} M requests</text>'
    bars = (_bar(row, index, top + _HEAD + _ROW * number, decades) for number, row in enumerate(rows))
    return "\n".join([head, *bars])


def _bar(row: ComparisonRow, index: int, top: int, decades: int) -> str:
    bill = row.without_waf[index]
    length = _BARS * max(0.0, log10(max(bill.usd or 0, _LEAST) / _LEAST)) / decades
    width = 0.0 if bill.usd is None else max(length, 2)
    kind = "ours" if row.name.startswith("imagehub") else "theirs"
    middle = top + 14
    return (
        f'<text x="{_LABEL - 10}" y="{middle}" text-anchor="end">{escape(row.name)}</text>'
        f'<rect class="{kind}" x="{_LABEL}" y="{top + 3}" width="{width:.1f}" height="15" rx="2"/>'
        f'<text class="number" x="{_LABEL + floor(length) + 8}" y="{middle}">{escape(money(bill))}</text>'
    )
