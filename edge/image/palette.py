"""The 256 colours of a GIF."""

from __future__ import annotations

from PIL import Image

#: Pixels of all frames: each million of them takes Pillow's median cut up to a second.
_LOOKED_AT = 4_000_000


def for_gif(image: Image.Image, frames: int = 1) -> Image.Image:
    """``image``, one of so many frames, as a GIF can hold it: each pixel there or not."""
    return _all_or_nothing(image) if image.mode.endswith("A") else _with_palette(image, frames)


def _with_palette(image: Image.Image, frames: int) -> Image.Image:
    """With the colours of a sample where to look at every pixel, as Pillow would, takes too long."""
    if image.mode != "RGB" or image.width * image.height * frames <= _LOOKED_AT or image.getcolors(256):
        return image
    sample = image.resize((min(image.width, 100), min(image.height, 100)), Image.Resampling.NEAREST)
    return image.quantize(palette=sample.quantize(256), dither=Image.Dither.NONE)


def _all_or_nothing(image: Image.Image) -> Image.Image:
    image = image.convert("RGBA")
    image.putalpha(image.getchannel("A").point(lambda alpha: 255 if alpha >= 128 else 0))
    return image
