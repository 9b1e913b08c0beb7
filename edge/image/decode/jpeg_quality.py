"""The quality that a JPEG file was saved at, read from its quantization tables."""

from __future__ import annotations

from operator import mul

from PIL.JpegImagePlugin import JpegImageFile

from edge.image.decode.source import SavedQuality
from edge.image.pillow_compat.jpeg import has_usual_sampling, jpeg_component_count, jpeg_components

#: Table K.1 of ITU-T T.81, which libjpeg scales by its quality, row by row.
# fmt: off
_BASE_TABLE = (
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
#: Other encoders' tables have other shapes. Weighted like this, those of Photoshop and MozJPEG come within nine points
#: of the libjpeg quality that scores the same; unweighted, they are up to 23 off.
_WEIGHTS = tuple(step**-1.5 for step in _BASE_TABLE)
_TOTAL = sum(step**-0.5 for step in _BASE_TABLE)


def saved_quality(image: JpegImageFile) -> SavedQuality | None:
    """An opened JPEG's quality on libjpeg's scale, from the table of its first component. None if it has no tables.

    libjpeg's rule, inverted: https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jcparam.c
    """
    table = image.quantization.get(jpeg_components(image)[0].table)
    if table is None:
        return None
    percent = 100 * sum(map(mul, table, _WEIGHTS)) / _TOTAL
    return SavedQuality("jpeg", (200 - percent) / 2 if percent <= 100 else 5000 / percent, _is_repeatable(image))


def _is_repeatable(image: JpegImageFile) -> bool:
    """Whether the colours are YCbCr with a usual subsampling, and the components use the tables in Pillow's order.

    https://github.com/python-pillow/Pillow/blob/main/src/libImaging/JpegEncode.c
    """
    components = jpeg_components(image)
    if not has_usual_sampling(image):
        return False
    if image.info.get("adobe_transform") == 0 or bytes(each.identifier for each in components) == b"RGB":
        return False
    tables = image.quantization
    written = [tables.get(min(number, len(tables) - 1)) for number in range(jpeg_component_count(image))]
    return sorted(tables) == list(range(len(tables))) and written == [tables.get(each.table) for each in components]
