"""Animations, written: frames to the bytes of an animated WebP or GIF."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

from edge.image.encode.gif import AnimatedGif
from edge.image.encode.webp import AnimatedWebP
from edge.image.geometry import Size


class AnimationWriter(Protocol):
    """An animation that is being written."""

    def add(self, frame: Image.Image, ms: float) -> None:
        """Shows ``frame`` (L, LA, RGB, RGBA) for ``ms`` after those before."""

    def finish(self) -> bytes:
        """The file."""


def animation_writer(
    name: str, size: Size, frames: int, plays: int, quality: int, exif: bytes = b""
) -> AnimationWriter:
    """An animation as ``webp`` or ``gif``, of about so many ``frames``, that plays ``plays`` times (0: for ever).

    ``exif`` goes with a WebP; a GIF has no place for it.
    """
    if name == "gif":
        return AnimatedGif(size, plays, quality)
    return AnimatedWebP(size, plays, quality, pixels=frames * size[0] * size[1], exif=exif)
