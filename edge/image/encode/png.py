"""PNGs. Photographs are written fast; graphics get what makes them small: a palette, or rows without filters."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import chain

from PIL import Image

from edge.image.decode.exif import PREFIX
from edge.image.decode.png_chunks import SIGNATURE, spell_chunk
from edge.image.pillow_compat.images import written

#: For photographs. From 4 on, they get a tenth smaller for two to five times the time.
_FAST = 2
#: For graphics, and the pixels up to which it is used.
_THOROUGH, _THOROUGH_PIXELS = 9, 2_000_000
_USUAL = 6
#: https://www.w3.org/TR/png-3/#11IHDR
_COLOUR_TYPES = {"L": 0, "RGB": 2, "LA": 4, "RGBA": 6}


def encode_png(image: Image.Image, exif: bytes = b"", *, graphic: bool) -> bytes:
    """``image`` (L, LA, RGB, RGBA), losslessly."""
    palette = _as_palette(image)
    if palette is None and graphic:
        return _unfiltered(image, exif)
    level = _graphic_level(image) if graphic else _FAST
    pixels = palette or image
    pixels.info = {}  # Pillow would write a profile and a comment that it finds here
    return written(pixels, "png", {"compress_level": level, **({"exif": exif} if exif else {})})


def _as_palette(image: Image.Image) -> Image.Image | None:
    """``image`` in mode P if it has at most 256 colours, so that nothing is lost."""
    if image.mode != "RGB" or image.getcolors(256) is None:
        return None
    palette = image.quantize(256, dither=Image.Dither.NONE)
    return palette if palette.convert("RGB").tobytes() == image.tobytes() else None


def _unfiltered(image: Image.Image, exif: bytes) -> bytes:
    """A PNG whose rows are not filtered. Pillow filters all rows that have no palette, which hides repeated patterns.

    https://www.w3.org/TR/png-3/#12Filter-selection
    """
    header = struct.pack(">2I5B", *image.size, 8, _COLOUR_TYPES[image.mode], 0, 0, 0)
    compressor = zlib.compressobj(_graphic_level(image))
    pixels = b"".join([*map(compressor.compress, _rows(image)), compressor.flush()])
    metadata = spell_chunk(b"eXIf", exif.removeprefix(PREFIX)) if exif else ()
    chunks = spell_chunk(b"IHDR", header), metadata, spell_chunk(b"IDAT", pixels), spell_chunk(b"IEND")
    return b"".join((SIGNATURE, *chain.from_iterable(chunks)))


def _rows(image: Image.Image) -> Iterator[bytes]:
    """Each row with the number of its filter before it."""
    pixels, length = image.tobytes(), image.width * len(image.getbands())
    return (b"\0" + pixels[start : start + length] for start in range(0, len(pixels), length))


def _graphic_level(image: Image.Image) -> int:
    return _THOROUGH if image.width * image.height <= _THOROUGH_PIXELS else _USUAL
