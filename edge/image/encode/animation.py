"""The writers of animations, and which one writes a format."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

from edge.image.encode.gif import GifWriter
from edge.image.encode.webp import WebPWriter
from edge.image.geometry import Size


class AnimationWriter(Protocol):
    """Turns frames into the bytes of an animation."""

    def add(self, frame: Image.Image, ms: float) -> None:
        """Appends ``frame`` (L, LA, RGB, RGBA), shown for ``ms``."""

    def finish(self) -> bytes:
        """The file."""


def animation_writer(
    format_name: str, size: Size, frames: int, plays: int, quality: int, exif: bytes = b""
) -> AnimationWriter:
    """A writer of ``webp`` or ``gif`` for about that many ``frames``, which play ``plays`` times (0: forever).

    A GIF cannot hold ``exif``.
    """
    if format_name == "gif":
        return GifWriter(size, plays, quality)
    return WebPWriter(size, plays, quality, pixels=frames * size[0] * size[1], exif=exif)
