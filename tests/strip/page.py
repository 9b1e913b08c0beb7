"""The strip as an HTML page, which Chromium draws."""

from __future__ import annotations

import io
from base64 import b64encode
from html import escape
from pathlib import Path

from PIL import Image

from edge.contract.values import Point
from tests.strip.measure import ACCEPT, WIDTHS, Measured

_STYLE = Path(__file__).with_name("strip.css")


def build_page(measured: Measured, focal: Point, credit: str) -> str:
    """The whole page, style sheet and images included."""
    crops = (
        ("Cropped around the focal point", measured.focal_crop),
        ("Around the centre", measured.centre_crop),
    )
    notes = f"{escape(credit)} Times are medians of five, through the local CloudFront on one machine."
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE.read_text()}</style><main>'
        f"{_original(measured, focal)}{''.join(_crop(*crop) for crop in crops)}"
        f"{_table(measured)}<footer>{notes}</footer></main>"
    )


def _original(measured: Measured, focal: Point) -> str:
    with Image.open(io.BytesIO(measured.original)) as image:
        width, height = image.size
    facts = f"{width} × {height}, {width * height / 1e6:.0f} megapixels, {len(measured.original) / 1e6:.1f} MB"
    circles = "".join(f'<circle cx="{focal[0] / 10}%" cy="{focal[1] / 10}%" r="{radius}"/>' for radius in (13, 3))
    return (
        f'<figure class="original"><div>{_image(measured.variants["WebP", 1200])}<svg>{circles}</svg></div>'
        f"<figcaption><b>One original</b> {facts}</figcaption></figure>"
    )


def _crop(caption: str, body: bytes) -> str:
    return f'<figure class="crop">{_image(body)}<figcaption>{caption}</figcaption></figure>'


def _image(body: bytes) -> str:
    return f'<img alt="" src="data:image/webp;base64,{b64encode(body).decode()}">'


def _table(measured: Measured) -> str:
    columns = ("", *ACCEPT, "First visitor", "Second visitor")
    head = "".join(f"<th>{column}</th>" for column in columns)
    return f"<table><tr>{head}</tr>{''.join(_row(measured, width) for width in WIDTHS)}</table>"


def _row(measured: Measured, width: int) -> str:
    largest = max(map(len, measured.variants.values()))
    cells = "".join(_bytes_cell(len(measured.variants[name, width]), largest) for name in ACCEPT)
    times = f"<td>{measured.first[width]:.0f} ms</td><td class='second'>{measured.second[width]:.0f} ms</td>"
    return f"<tr><th>{width} px wide</th>{cells}{times}</tr>"


def _bytes_cell(count: int, largest: int) -> str:
    return f'<td>{count / 1000:.0f} kB<i style="width:{max(2, 100 * count / largest):.0f}%"></i></td>'
