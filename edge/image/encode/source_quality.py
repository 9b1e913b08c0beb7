"""How finely a picture is worth coding: nothing is gained by keeping each trace that its last encoder left."""

from __future__ import annotations

from operator import mul

from PIL import Image, JpegImagePlugin

from edge.image.decode import vp8
from edge.image.encode import still

#: Coding anew costs a little quality of its own.
_ABOVE = 5
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
#: Other encoders' tables have other shapes. Weighed like this, Photoshop's and MozJPEG's come out within nine points of
#: the libjpeg quality that scores as they do; unweighed, they are up to 23 off.
_WEIGHTS = tuple(step**-1.5 for step in _STEPS)
_WHOLE = sum(step**-0.5 for step in _STEPS)


def is_kept(image: Image.Image, quality: int) -> bool:
    """Whether an opened picture is a JPEG that was saved at ``quality`` or less, in a way that Pillow can repeat."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return False
    saved_at = _of_jpeg(image)
    return saved_at is not None and still.unscaled(saved_at, "jpeg") <= quality and _is_plain(image)


def _is_plain(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether its colours are YCbCr in a usual sampling, and its components take the tables in order, as Pillow's do.

    https://github.com/python-pillow/Pillow/blob/main/src/libImaging/JpegEncode.c
    """
    if image.layers != 1 and JpegImagePlugin.get_sampling(image) == -1:
        return False
    if image.info.get("adobe_transform") == 0 or bytes(layer[0] for layer in image.layer) == b"RGB":
        return False
    tables = image.quantization
    given = [tables.get(min(number, len(tables) - 1)) for number in range(image.layers)]
    return sorted(tables) == list(range(len(tables))) and given == [tables.get(layer[3]) for layer in image.layer]


def quality(image: Image.Image, body: bytes) -> int:
    """The highest quality, 1 to 100, that brings out something: a JPEG's or lossy WebP's own and a little; 100 of all
    else."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        name, saved_at = "jpeg", _of_jpeg(image)
    else:
        name, saved_at = "webp", vp8.quality(body) if image.format == "WEBP" else None
    return 100 if saved_at is None else min(100, still.unscaled(saved_at, name) + _ABOVE)


def _of_jpeg(image: JpegImagePlugin.JpegImageFile) -> float | None:
    """libjpeg's rule for its tables, turned round: https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jcparam.c"""
    table = image.quantization.get(image.layer[0][3])
    if table is None:
        return None
    percent: float = 100 * sum(map(mul, table, _WEIGHTS)) / _WHOLE
    return (200 - percent) / 2 if percent <= 100 else 5000 / percent
