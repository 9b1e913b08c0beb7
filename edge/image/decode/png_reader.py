"""A still PNG opened by Pillow, with one of Pillow's omissions made good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType

from PIL.PngImagePlugin import PngImageFile

from edge.image import pillow_compat

#: How Pillow stores samples that have not eight bits, and what it makes of such a sample where it makes eight of them.
_TO_8_BIT: Mapping[str, Callable[[int], int]] = MappingProxyType(
    {
        "L;2": lambda sample: (sample & 3) * 85,
        "L;4": lambda sample: (sample & 15) * 17,
        "RGB;16B": lambda sample: sample >> 8,
    }
)


def open_png(body: bytes) -> PngImageFile:
    """The PNG, not decoded. Raises whatever Pillow raises.

    Its transparent colour, if it has one, is converted to the samples of the decoded pixels: Pillow leaves it in those
    of the file, where it never matches. Of 16 bits a channel only the upper eight are compared.
    """
    image = pillow_compat.PngFile(BytesIO(body))
    colour, convert = image.info.get("transparency"), _TO_8_BIT.get(pillow_compat.png_raw_mode(image))
    if convert and colour is not None:
        image.info["transparency"] = convert(colour) if isinstance(colour, int) else tuple(map(convert, colour))
    return image
