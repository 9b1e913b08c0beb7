"""Pillow's reader of JPEG files, and what it knows of an opened one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PIL import JpegImagePlugin

from edge.image.pillow_compat.readers import isolated


def _jpeg_markers() -> dict[int, tuple[str, str, Callable[..., None] | None]]:
    """What Pillow does at each marker, but without metadata, where it fails if a segment is cut short. And TEM."""
    skipped = (JpegImagePlugin.APP, JpegImagePlugin.COM)
    known = {
        marker: (name, text, JpegImagePlugin.Skip if handler in skipped else handler)
        for marker, (name, text, handler) in JpegImagePlugin.MARKER.items()
    }
    return {**known, 0xFF01: ("TEM", "For temporary use", None)}


#: Reads no metadata: `edge.image.decode.jpeg_metadata` does.
JpegFile = isolated(JpegImagePlugin.JpegImageFile, MARKER=_jpeg_markers())


class JpegComponent(NamedTuple):
    """A component of a JPEG's frame: its identifier, its sampling factors, and the number of its quantization table."""

    identifier: int
    across: int
    down: int
    table: int


def jpeg_components(image: JpegImagePlugin.JpegImageFile) -> list[JpegComponent]:
    """The components that an opened JPEG's frame header lists."""
    return [JpegComponent(*layer) for layer in image.layer]


def jpeg_component_count(image: JpegImagePlugin.JpegImageFile) -> int:
    """How many components the frame header claims. In a damaged file it may list fewer or more."""
    return image.layers


def has_usual_sampling(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether Pillow can encode with an opened JPEG's chroma sampling."""
    return image.layers == 1 or JpegImagePlugin.get_sampling(image) != -1
