"""Assets and presets for the tests of the demo."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from assets.models import Asset, Preset


def make_asset(**fields: Any) -> Asset:
    """An asset as if it had been uploaded; not saved."""
    facts = {"format": "jpeg", "width": 2400, "height": 1600, "bytes": 872_214, "version": "1f2e3d4c"}
    return Asset(**{"key": "photo.jpg", "alt_text": "Sand dunes at dusk.", **facts, **fields})


def make_preset(name: str = "banner", width: int = 600, height: int = 200, **fields: Any) -> Preset:
    """A preset at revision 2; not saved."""
    return Preset(name=name, width=width, height=height, revision=2, **fields)


def encode_png(size: tuple[int, int]) -> bytes:
    """A PNG file of one colour."""
    output = BytesIO()
    Image.new("RGB", size, "teal").save(output, "PNG")
    return output.getvalue()
