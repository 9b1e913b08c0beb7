"""Still images to bytes. Nothing of an original's metadata is written; the copyright is passed in as EXIF."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from PIL import Image

from edge.image.colour import background, modes
from edge.image.encode import gif
from edge.image.encode.graphics import is_graphic
from edge.image.encode.png import encode_png
from edge.image.encode.quality import to_encoder
from edge.image.geometry import Size
from edge.image.pillow_compat.images import written

CONTENT_TYPES = MappingProxyType({name: f"image/{name}" for name in ("jpeg", "png", "webp", "avif", "gif")})
#: Formats with an alpha channel.
_WITH_ALPHA = frozenset({"png", "webp", "avif"})
#: From this quality on, a JPEG keeps its colours at full resolution: with fewer it cannot score higher.
FULL_COLOUR_QUALITY = 90
#: The parts of aom's default, tune=iq, that cost bytes at these speeds: docs/decisions/004-encoders.md.
_AOM = MappingProxyType({"sharpness": "0", "deltaq-strength": "75", "qm-max": "6"})
#: Saves a tenth of the time for a few thousandths of the bytes at speed 8; at other speeds it costs more than it saves.
_AOM_SPEED_8 = MappingProxyType({**_AOM, "disable-trellis-quant": "2"})
#: With the quantization tables and chroma sampling of its own file an image loses almost nothing. Finer tables that do
#: not divide the old ones would lose more and give a bigger file.
_SAME_TABLES: MappingProxyType[str, Any] = MappingProxyType({"quality": "keep", "optimize": True})
#: Progressive JPEGs are usually smaller; below this many bytes both ways are tried.
_SMALL_JPEG = 65536
#: The format that may answer a graphic losslessly, by format class. Browsers that get AVIF also accept WebP.
_LOSSLESS_FORMATS = MappingProxyType({"avif": "webp", "webp": "webp", "basic": "png"})
#: The options of lossless WebP, and the pixels up to which they are used. Less effort doubles the bytes of text.
_LOSSLESS_WEBP: MappingProxyType[str, Any] = MappingProxyType({"lossless": True, "quality": 80, "method": 4})
_FAST_LOSSLESS_WEBP: MappingProxyType[str, Any] = MappingProxyType({"lossless": True, "quality": 20, "method": 2})
_THOROUGH_WEBP_PIXELS = 4_000_000
#: Pixels up to which an AVIF keeps its colours at full resolution; a graphic always does.
_AVIF_FULL_COLOUR = 1_000_000
#: aom's speed, and the pixels up to which it is used: two megapixels take about a second of one core.
_AVIF_SPEEDS = ((20_000, 6), (40_000, 7), (1_750_000, 8))
_AVIF_FASTEST = 9


def choose_format(format_class: str, *, animated: bool, transparent: bool) -> str:
    """The format in which ``format_class`` answers for such an image."""
    if format_class == "basic":
        return "gif" if animated else "png" if transparent else "jpeg"
    return "webp" if format_class == "avif" and animated else format_class


@dataclass(frozen=True, slots=True)
class EncodedStill:
    """A file, and the name of its format."""

    body: bytes
    format_name: str


def encode_still(
    image: Image.Image, format_class: str, quality: int, bg: str, exif: bytes = b"", *, same_tables: bool = False
) -> EncodedStill:
    """``image`` (L, LA, RGB, RGBA) in a format that ``format_class`` stands for, with ``exif`` if that can hold it.

    A graphic is encoded losslessly too, and the smaller file is the result. ``same_tables`` is for the unchanged
    pixels of an opened JPEG: they are encoded with the tables of that file.
    """
    name = choose_format(format_class, animated=False, transparent=modes.is_transparent(image))
    if name == "gif":
        return EncodedStill(gif.encode_still(image, quality), name)
    if name == "png":
        return EncodedStill(encode_png(image, exif, graphic=is_graphic(image)), name)
    graphic = format_class in _LOSSLESS_FORMATS and is_graphic(image)
    if same_tables and name == "jpeg":
        lossy = EncodedStill(_with_same_tables(image, _metadata(exif)), name)
    else:
        options = {**encoder_options(name, quality, image.size, graphic=graphic), **_metadata(exif)}
        lossy = EncodedStill(_encode_lossy(image, name, bg, options), name)
    if not graphic:
        return lossy
    return min(_encode_lossless(image, _LOSSLESS_FORMATS[format_class], exif), lossy, key=lambda each: len(each.body))


def _encode_lossy(image: Image.Image, name: str, bg: str, options: dict[str, Any]) -> bytes:
    return save(image if name in _WITH_ALPHA else background.flatten(image, bg), name, options)


def _encode_lossless(image: Image.Image, name: str, exif: bytes) -> EncodedStill:
    if name == "png":
        return EncodedStill(encode_png(image, exif, graphic=True), name)
    options = lossless_webp_options(image.width * image.height)
    return EncodedStill(save(image, name, {**options, **_metadata(exif)}), name)


def _metadata(exif: bytes) -> dict[str, Any]:
    return {"exif": exif} if exif else {}


def lossless_webp_options(pixels: int) -> dict[str, Any]:
    """Pillow's options to save ``pixels`` pixels, of all frames together, as a lossless WebP."""
    return dict(_LOSSLESS_WEBP if pixels <= _THOROUGH_WEBP_PIXELS else _FAST_LOSSLESS_WEBP)


def _with_same_tables(image: Image.Image, metadata: dict[str, Any]) -> bytes:
    body = save(image, "jpeg", {**_SAME_TABLES, **metadata, "progressive": True})
    return body if len(body) >= _SMALL_JPEG else min(body, save(image, "jpeg", {**_SAME_TABLES, **metadata}), key=len)


def encoder_options(format_name: str, quality: int, size: Size, *, graphic: bool = False) -> dict[str, Any]:
    """Pillow's options to save an image of ``size``."""
    match format_name:
        case "jpeg":
            sampling = "4:4:4" if quality >= FULL_COLOUR_QUALITY else "4:2:0"
            return {"quality": to_encoder(quality, format_name), "subsampling": sampling, "optimize": True}
        case "webp":
            return {"quality": to_encoder(quality, format_name), "method": 4}
        case "avif":
            return {"quality": to_encoder(quality, format_name), **_avif_options(size[0] * size[1], graphic=graphic)}
        case _:
            return {}


def _avif_options(pixels: int, *, graphic: bool) -> dict[str, Any]:
    speed = next((speed for most, speed in _AVIF_SPEEDS if pixels <= most), _AVIF_FASTEST)
    sampling = "4:4:4" if graphic or pixels <= _AVIF_FULL_COLOUR else "4:2:0"
    advanced = dict(_AOM_SPEED_8 if speed == 8 else _AOM)
    # One thread, so that every machine makes the same bytes.
    return {"speed": speed, "subsampling": sampling, "codec": "aom", "max_threads": 1, "advanced": advanced}


def save(image: Image.Image, format_name: str, options: dict[str, Any]) -> bytes:
    """The file that Pillow writes, without the metadata that ``image`` carries. Clears ``image.info``."""
    image.info = {}  # Pillow would write a profile and a comment that it finds here
    try:
        return written(image, format_name, options)
    except OSError:
        # To optimize, Pillow gives libjpeg a buffer of a byte or two a pixel. Noise may need more.
        if format_name != "jpeg" or not options.get("optimize"):
            raise
        return written(image, format_name, {**options, "optimize": False, "progressive": False})
