"""Image files made in memory, and assets of them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from assets import examination
from assets.models import Asset, Collection


def image_file(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "teal", **options: Any) -> bytes:
    """A file of one colour but for a corner pixel, so that two sizes differ by more than their headers."""
    image = Image.new("RGB", size, colour)
    image.putpixel((0, 0), (255, 255, 255))
    body = BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


#: What the decoder found in each body, so that its process starts once for each body and not for each asset.
_found: dict[bytes, dict[str, Any]] = {}


def make_asset(key: str = "photos/beach.jpg", body: bytes | None = None, **fields: Any) -> Asset:
    body = body or image_file()
    file = ContentFile(body, name="x")
    if body in _found:
        examination._FOUND[file] = _found[body]
    asset = Asset(key=key, original=file, **fields)
    asset.save()
    if file in examination._FOUND:
        _found[body] = examination._FOUND[file]
    return asset


def analysed_collection(name: str = "Press") -> Collection:
    """A collection whose images are looked at."""
    found = Collection.objects.filter(name=name).first() or Collection(name=name)
    found.analysed = True
    found.save()
    return found
