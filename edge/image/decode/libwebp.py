"""Still WebP images, decoded by libwebp's simple decoder.

Pillow uses the one for animations, which converts everything to RGBA and takes nearly twice as long. The simple one is
in the library that Pillow has loaded already; if it cannot be found there, Pillow decodes after all.
https://developers.google.com/speed/webp/docs/api
"""

from __future__ import annotations

import ctypes
from functools import cache

from PIL import Image

from edge.image.geometry import Size
from edge.image.pillow_compat.webp import webp_library

_LOSSY = 1
#: VP8 stores luma from 16 to 235 and chroma from 16 to 240; JPEG's YCbCr, which is Pillow's, uses all of 0 to 255.
#: https://www.rfc-editor.org/rfc/rfc6386#section-9.2
_FULL_RANGE_LUMA = [min(max(round((value - 16) * 255 / 219), 0), 255) for value in range(256)]
_FULL_RANGE_CHROMA = [min(max(round((value - 128) * 255 / 224 + 128), 0), 255) for value in range(256)]


class _Features(ctypes.Structure):
    """``WebPBitstreamFeatures`` of decode.h."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("width", "height", "has_alpha", "has_animation", "format")),
        ("pad", ctypes.c_uint32 * 5),
    ]


_ABI_VERSION = 0x0209


def decode(body: bytes, size: Size, factor: int, *, opaque: bool = False) -> tuple[Image.Image, int] | None:
    """A still image of ``size``, and what it is reduced by: ``factor`` (1, 2, 4 or 8), or 1 if that is not possible.

    RGB, RGBA unless it is to be ``opaque``, or YCbCr if it is reduced. None if Pillow has to decode it. Raises
    `ValueError` on damage.
    """
    library, features = _library(), _Features()
    if library is None or library.WebPGetFeaturesInternal(body, len(body), ctypes.byref(features), _ABI_VERSION):
        return None
    if features.has_animation or (features.width, features.height) != size:
        return None
    has_alpha = features.has_alpha and not opaque
    if factor > 1 and features.format == _LOSSY and not has_alpha:
        return _reduced(library, body, size, factor), factor
    return _full(library, body, size, "RGBA" if has_alpha else "RGB"), 1


def _full(library: ctypes.CDLL, body: bytes, size: Size, mode: str) -> Image.Image:
    decode = library.WebPDecodeRGBAInto if mode == "RGBA" else library.WebPDecodeRGBInto
    stride = size[0] * len(mode)
    pixels = bytearray(stride * size[1])
    if not decode(body, len(body), *_plane(pixels, stride)):
        raise ValueError("libwebp cannot decode this")
    return Image.frombuffer(mode, size, pixels, "raw", mode, 0, 1)


def _reduced(library: ctypes.CDLL, body: bytes, size: Size, factor: int) -> Image.Image:
    """Averaged as YCbCr, with chroma at half the size, so that most pixels are never converted to RGB."""
    width, height = size
    half = (width + 1) // 2, (height + 1) // 2
    planes = [bytearray(across * down) for across, down in (size, half, half)]
    strides = (width, half[0], half[0])
    arguments = [value for pair in zip(planes, strides, strict=True) for value in _plane(*pair)]
    if not library.WebPDecodeYUVInto(body, len(body), *arguments):
        raise ValueError("libwebp cannot decode this")
    luma, *chroma = (
        Image.frombuffer("L", extent, plane, "raw", "L", 0, 1)
        for extent, plane in zip((size, half, half), planes, strict=True)
    )
    colours = (_reduced_chroma(band, factor).point(_FULL_RANGE_CHROMA) for band in chroma)
    return Image.merge("YCbCr", [luma.reduce(factor).point(_FULL_RANGE_LUMA), *colours])


def _reduced_chroma(band: Image.Image, factor: int) -> Image.Image:
    return band.reduce(factor // 2) if factor > 2 else band


def _plane(pixels: bytearray, stride: int) -> tuple[object, ...]:
    """A buffer as arguments for the decoders: its address, its length, and the length of a row."""
    return (ctypes.c_ubyte * len(pixels)).from_buffer(pixels), len(pixels), stride


@cache
def _library() -> ctypes.CDLL | None:
    """The libwebp inside Pillow's module; None if its functions cannot be found there."""
    try:
        library = ctypes.CDLL(webp_library())
        library.WebPGetFeaturesInternal.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int]
        plane = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for name, planes in (("WebPDecodeRGBInto", 1), ("WebPDecodeRGBAInto", 1), ("WebPDecodeYUVInto", 3)):
            function = getattr(library, name)
            function.argtypes = [ctypes.c_char_p, ctypes.c_size_t, *plane * planes]
            function.restype = ctypes.c_void_p
    except (AttributeError, OSError):
        return None
    return library
