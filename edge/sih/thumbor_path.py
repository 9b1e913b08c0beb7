"""The grammar of Thumbor-style paths: ``/0x0:100x100/fit-in/300x200/filters:blur(4)/s3:bucket/photos/beach.jpg``.

Parts are recognised anywhere in the path, as that product does, and what is left is the key.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from edge.sih.errors import SihError
from edge.sih.requested_image import RequestedImage
from edge.sih.thumbor_filters import apply_filters, without_filters

_CROP = re.compile(r"/(\d{1,6})x(\d{1,6}):(\d{1,6})x(\d{1,6})(?=/)", re.ASCII)
_SIZE = re.compile(r"/(\d{1,6})x(\d{1,6})(?=/)", re.ASCII)
_FIT_IN = re.compile(r"/fit-in(?=/)")
#: The extensions that a key may have; one without any is possible too.
EXTENSIONS = ("jpg", "jpeg", "png", "webp", "tiff", "tif", "svg", "gif", "avif")


def parse_thumbor_path(path: str, buckets: Container[str], *, strict: bool) -> RequestedImage:
    """The request in a decoded ``path``. Raises `SihError`.

    ``s3:`` names a bucket only if it is one of ``buckets``; otherwise it is a part of the key.
    """
    if not path.startswith("/"):
        path = f"/{path}"
    extension = _extension(path)
    plain = without_filters(path)
    edits = apply_filters(path, {**_crop(plain), **_resize(plain)}, extension, strict=strict)
    bucket = next((name for each in plain.split("/") if (name := _bucket(each)) in buckets), None)
    for pattern in (_CROP, _SIZE, _FIT_IN):
        plain = pattern.sub("", plain)
    if bucket is not None:
        plain = plain.replace(f"s3:{bucket}/", "", 1)
    key = plain.lstrip("/")
    if not key:
        raise SihError.request_type("The path names no image.")
    return RequestedImage(key, edits, bucket, by_path=True)


def _extension(path: str) -> str:
    """In lower case; empty if there is none. Raises `SihError`."""
    before, _, after = path.lower().rpartition(".")
    extension = "" if not before or "/" in after or "\\" in after else after
    if extension and extension not in EXTENSIONS:
        allowed = " .".join(EXTENSIONS)
        raise SihError.request_type(
            f"The path ends in .{extension[:40]}. The name of an image ends in one of .{allowed}, or has no ending."
        )
    return extension


def _bucket(segment: str) -> str | None:
    return segment.removeprefix("s3:") if segment.startswith("s3:") else None


def _crop(path: str) -> dict[str, Any]:
    match = _CROP.search(path)
    if match is None:
        return {}
    left, top, right, bottom = map(int, match.groups())
    return {"crop": {"left": left, "top": top, "width": right - left, "height": bottom - top}}


def _resize(path: str) -> dict[str, Any]:
    """Without one of the sides, or with ``fit-in``, the image fits inside; a path without either is not resized."""
    match, resize = _SIZE.search(path), dict[str, Any]()
    if match:
        width, height = int(match[1]), int(match[2])
        if not (width and height):
            resize["fit"] = "inside"
        resize.update(width=width or None, height=height or None)
    if _FIT_IN.search(path):
        resize["fit"] = "inside"
    return {"resize": resize} if resize else {}
