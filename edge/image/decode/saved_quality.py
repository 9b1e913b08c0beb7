"""The quality at which a lossy original was saved, estimated from its own tables or header. Decodes no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from operator import mul

from PIL import Image, JpegImagePlugin

from edge.image.decode import vp8

#: Table K.1 of ITU-T T.81, which libjpeg scales by its quality, row by row.
# fmt: off
_STEPS = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)
# fmt: on
#: Other encoders' tables have other shapes. With these weights the estimates for Photoshop and MozJPEG are within nine
#: points of the libjpeg quality that scores as they do; without them they are up to 23 off.
_WEIGHTS = tuple(step**-1.5 for step in _STEPS)
_TOTAL = sum(step**-0.5 for step in _STEPS)


@dataclass(frozen=True, slots=True)
class SavedQuality:
    """``value`` is on the scale of the encoder of ``format_name``, ``jpeg`` or ``webp``.

    ``repeatable``: Pillow can encode the pixels again with the same tables and the same chroma sampling.
    """

    format_name: str
    value: float
    repeatable: bool = False


def saved_quality(image: Image.Image, body: bytes) -> SavedQuality | None:
    """How an opened JPEG or still lossy WebP was saved. None for all other images, and if a JPEG's table is missing."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        table = image.quantization.get(image.layer[0][3])
        return SavedQuality("jpeg", _libjpeg_quality(table), _is_repeatable(image)) if table else None
    value = vp8.quality(body) if image.format == "WEBP" else None
    return None if value is None else SavedQuality("webp", value)


def _libjpeg_quality(table: list[int]) -> float:
    """libjpeg's rule for its tables, inverted: https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jcparam.c"""
    percent: float = 100 * sum(map(mul, table, _WEIGHTS)) / _TOTAL
    return (200 - percent) / 2 if percent <= 100 else 5000 / percent


def _is_repeatable(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether the colours are YCbCr in a usual sampling, and the components use the tables in Pillow's order.

    https://github.com/python-pillow/Pillow/blob/main/src/libImaging/JpegEncode.c
    """
    if image.layers != 1 and JpegImagePlugin.get_sampling(image) == -1:
        return False
    if image.info.get("adobe_transform") == 0 or bytes(layer[0] for layer in image.layer) == b"RGB":
        return False
    tables = image.quantization
    expected = [tables.get(min(number, len(tables) - 1)) for number in range(image.layers)]
    return sorted(tables) == list(range(len(tables))) and expected == [tables.get(layer[3]) for layer in image.layer]
