"""Image files made in memory, and assets of them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from assets.models import Asset


def image_file(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "teal", **options: Any) -> bytes:
    """A file of one colour but for a corner pixel, so that two sizes differ by more than their headers."""
    image = Image.new("RGB", size, colour)
    image.putpixel((0, 0), (255, 255, 255))
    body = BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def make_asset(key: str = "photos/beach.jpg", body: bytes | None = None, **fields: Any) -> Asset:
    asset = Asset(key=key, original=ContentFile(body or image_file(), name="x"), **fields)
    asset.save()
    return asset
