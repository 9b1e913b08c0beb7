"""From pixels to bytes: one quality scale for all formats, and no metadata but what is handed over."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from PIL import Image

from edge.image.colour import modes
from edge.image.encode import gif

CONTENT_TYPES = MappingProxyType({name: f"image/{name}" for name in ("jpeg", "png", "webp", "avif", "gif")})
#: Formats that hold every degree of transparency.
_WITH_ALPHA = frozenset({"png", "webp", "avif"})
#: Our quality to each encoder's own, so that one number looks alike in all: 25, 40, 50, 60, 75, 85 and 90 score about
#: 50, 59, 65, 69, 76, 82 and 85 of SSIMULACRA2 on photographs of 300 to 1600 pixels. Between the points, straight
#: lines. Fitted by tests/bench/quality_scale.py.
_QUALITY = {
    "jpeg": ((1, 8), (25, 30), (40, 41), (50, 54), (60, 64), (75, 77), (85, 86), (90, 87), (100, 98)),
    "webp": ((1, 2), (25, 29), (40, 44), (50, 58), (60, 70), (75, 81), (85, 89), (90, 92), (100, 100)),
    "avif": ((1, 12), (25, 41), (40, 48), (50, 53), (60, 57), (75, 65), (85, 77), (90, 84), (100, 97)),
}
#: From this quality on, a JPEG keeps all its colours: coding them coarsely can score no higher.
FINE = 90
#: What of aom's default, tune=iq, costs bytes at these speeds: docs/decisions/004-encoders.md has the figures.
_AOM = MappingProxyType({"sharpness": "0", "deltaq-strength": "75", "qm-max": "6"})
#: A tenth of the time for a few thousandths of the bytes at speed 8; at others it costs more than it saves.
_AOM_8 = MappingProxyType({**_AOM, "disable-trellis-quant": "2"})

#: In the steps and with the colours of the file that it comes from, a picture loses hardly anything; in finer ones
#: that are not a fraction of them it would lose more, and be bigger.
_AS_SAVED: MappingProxyType[str, Any] = MappingProxyType({"quality": "keep", "optimize": True})
#: A progressive file is smaller, as a rule; below this many bytes it is worth looking.
_SMALL = 65536


def choose(format_class: str, *, moving: bool, transparent: bool) -> str:
    """The format that a class means for a picture like this."""
    if format_class == "basic":
        return "gif" if moving else "png" if transparent else "jpeg"
    return "webp" if format_class == "avif" and moving else format_class


def still(image: Image.Image, name: str, quality: int, bg: str, exif: bytes = b"", *, as_saved: bool = False) -> bytes:
    """One picture (L, LA, RGB, RGBA) in the format ``name``, with ``exif`` where that has room for it.

    ``as_saved`` is for the very picture of a JPEG file: it is coded in the steps in which it was.
    """
    if name == "gif":
        return gif.still(image, quality)
    credit = {"exif": exif} if exif else {}
    if as_saved and name == "jpeg":
        return _as_saved(image, credit)
    return save(_prepared(image, name, bg), name, {**options_for(name, quality, image.size), **credit})


def _as_saved(image: Image.Image, credit: dict[str, Any]) -> bytes:
    body = save(image, "jpeg", {**_AS_SAVED, **credit, "progressive": True})
    return body if len(body) >= _SMALL else min(body, save(image, "jpeg", {**_AS_SAVED, **credit}), key=len)


def scaled(quality: int, name: str) -> int:
    """Our quality, 1 to 100, on the scale of that format's encoder."""
    for (low, value), (high, end) in pairwise(_QUALITY[name]):
        if quality <= high:
            return round(value + (end - value) * (quality - low) / (high - low))
    return _QUALITY[name][-1][1]


def unscaled(value: float, name: str) -> int:
    """The lowest quality, 1 to 100, for which that format's encoder is told ``value`` or more."""
    return next((quality for quality in range(1, 100) if scaled(quality, name) >= round(value)), 100)


def options_for(name: str, quality: int, size: tuple[int, int]) -> dict[str, Any]:
    """What Pillow is told for a picture of ``size``."""
    match name:
        case "jpeg":
            sampling = "4:4:4" if quality >= FINE else "4:2:0"
            return {"quality": scaled(quality, name), "subsampling": sampling, "optimize": True}
        case "webp":
            return {"quality": scaled(quality, name), "method": 4}
        case "avif":
            return {"quality": scaled(quality, name), **_avif_effort(size[0] * size[1])}
        case "png":
            return {"compress_level": 2}  # from 4 on, a tenth fewer bytes for twice to five times the time
        case _:
            return {}


def _avif_effort(pixels: int) -> dict[str, Any]:
    """What two megapixels can afford in a second of one core. One thread, so that the same bytes come everywhere."""
    speed = 6 if pixels <= 20_000 else 7 if pixels <= 40_000 else 8 if pixels <= 1_750_000 else 9
    sampling = "4:4:4" if pixels <= 1_000_000 else "4:2:0"
    advanced = dict(_AOM_8 if speed == 8 else _AOM)
    return {"speed": speed, "subsampling": sampling, "codec": "aom", "max_threads": 1, "advanced": advanced}


def _prepared(image: Image.Image, name: str, bg: str) -> Image.Image:
    if name == "png":
        return _as_palette(image)
    return image if name in _WITH_ALPHA else modes.flatten(image, bg)


def _as_palette(image: Image.Image) -> Image.Image:
    """A drawing of up to 256 colours as a byte a pixel, which loses nothing."""
    if image.mode != "RGB" or image.getcolors(256) is None:
        return image
    small = image.quantize(256, dither=Image.Dither.NONE)
    return small if small.convert("RGB").tobytes() == image.tobytes() else image


def save(image: Image.Image, name: str, options: dict[str, Any]) -> bytes:
    """The file that Pillow writes of ``image``, without its metadata."""
    image.info = {}  # Pillow writes a profile and a comment that it finds here
    try:
        return _written(image, name, options)
    except OSError:
        # Pillow gives libjpeg a byte or two a pixel to look at the whole before it writes; noise may take more.
        if name != "jpeg" or not options.get("optimize"):
            raise
        return _written(image, name, {**options, "optimize": False, "progressive": False})


def _written(image: Image.Image, name: str, options: dict[str, Any]) -> bytes:
    output = BytesIO()
    image.save(output, name, **options)
    return output.getvalue()
