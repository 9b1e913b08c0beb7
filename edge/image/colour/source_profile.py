"""Whatever a file says of its colours, as an ICC profile: so all colours take one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from PIL import ExifTags, Image

from edge.image import pillow_compat
from edge.image.colour import icc, transfer
from edge.image.colour.primaries import Primaries, colorants
from edge.image.colour.transfer import Curve
from edge.image.decode import avif, png

_D65, _C = (0.3127, 0.329), (0.31, 0.316)
BT709 = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, *_D65)
_SMPTE170 = (0.63, 0.34, 0.31, 0.595, 0.155, 0.07, *_D65)
#: By number: https://www.itu.int/rec/T-REC-H.273 (table 2)
_PRIMARIES: Mapping[int, Primaries] = MappingProxyType(
    {
        4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, *_C),
        5: (0.64, 0.33, 0.29, 0.6, 0.15, 0.06, *_D65),
        6: _SMPTE170,
        7: _SMPTE170,
        8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, *_C),
        9: (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, *_D65),
        11: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351),
        12: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, *_D65),
        22: (0.63, 0.34, 0.295, 0.605, 0.155, 0.077, *_D65),
    }
)
#: Table 3 of the same. All else is taken as sRGB: also the curves of video cameras, which no screen undoes.
_TRANSFERS: Mapping[int, Curve] = MappingProxyType(
    {4: transfer.power(2.2), 5: transfer.power(2.8), 8: transfer.power(1.0), 16: transfer.pq, 18: transfer.hlg}
)
#: The numbers that say something, those of BT.709 and of the curves that are taken as sRGB's among them.
_KNOWN_PRIMARIES = frozenset({1, *_PRIMARIES})
_KNOWN_TRANSFERS = frozenset({1, 6, 7, 9, 10, 11, 12, 13, 14, 15, 17, *_TRANSFERS})
#: Those in which a picture may be brighter than white.
HDR = frozenset({16, 18})
_ADOBE_RGB = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, *_D65)
#: What PNG writes for sRGB's curve: https://www.w3.org/TR/png-3/#11sRGB
_SRGB_GAMMA = 0.45455


def profile_of(image: Image.Image, body: bytes, kind: str) -> bytes | None:
    """The profile of an opened picture of the format ``kind``. None where nothing is said, or sRGB."""
    return _FINDERS.get(kind, _embedded)(image, body)


def of_cicp(primaries: int, transfer_number: int) -> bytes | None:
    """The profile of two numbers of ITU-T H.273. None for sRGB, and for what we do not know."""
    if primaries not in _PRIMARIES and transfer_number not in _TRANSFERS:
        return None
    return _written(_PRIMARIES.get(primaries, BT709), _TRANSFERS.get(transfer_number, transfer.srgb))


@lru_cache(maxsize=16)
def _written(primaries: Primaries, curve: Curve) -> bytes | None:
    try:
        return icc.build_profile(colorants(primaries), curve)
    except (ArithmeticError, ValueError):  # no colours
        return None


def _embedded(image: Image.Image, _: bytes) -> bytes | None:
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and profile else None


def _of_avif(image: Image.Image, body: bytes) -> bytes | None:
    nclx = avif.nclx(body)
    return _embedded(image, body) or (of_cicp(*nclx[:2]) if nclx else None)


def _of_png(image: Image.Image, body: bytes) -> bytes | None:
    """https://www.w3.org/TR/png-3/#color-chunk-precedence"""
    cicp = png.cicp(body)
    if len(cicp) == 4 and cicp[0] in _KNOWN_PRIMARIES and cicp[1] in _KNOWN_TRANSFERS:
        return of_cicp(cicp[0], cicp[1])
    profile = _embedded(image, body)
    return profile if profile or "srgb" in image.info else _of_gamma(image)


def _of_gamma(image: Image.Image) -> bytes | None:
    """From a PNG's gAMA and cHRM. Without the first, browsers make nothing of the second."""
    gamma, said = image.info.get("gamma", 0), image.info.get("chromaticity")
    primaries = (*said[2:], *said[:2]) if said else BT709
    if gamma <= 0 or (_near(gamma, _SRGB_GAMMA) and all(map(_near, primaries, BT709))):
        return None
    return _written(primaries, transfer.power(1 / gamma))


def _near(value: float, other: float) -> bool:
    return abs(value - other) < 0.002


def _of_jpeg(image: Image.Image, body: bytes) -> bytes | None:
    return _embedded(image, body) or (_written(_ADOBE_RGB, _ADOBE_CURVE) if _is_adobe_rgb(image) else None)


_ADOBE_CURVE = transfer.power(563 / 256)


def _is_adobe_rgb(image: Image.Image) -> bool:
    """Whether a camera says so in EXIF alone, as some do: https://www.cipa.jp/std/documents/e/DC-010-2020_E.pdf"""
    exif = pillow_compat.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        return exif.get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex) == "R03"
    except Exception:  # Pillow's parser raises nearly all there are
        return False


def _of_bmp(_: Image.Image, body: bytes) -> bytes | None:
    """https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapv5header"""
    if body[70:74] != b"DEBM":
        return None
    start, size = (int.from_bytes(body[at : at + 4], "little") for at in (126, 130))
    return body[14 + start : 14 + start + size]


_FINDERS: Mapping[str, Callable[[Image.Image, bytes], bytes | None]] = MappingProxyType(
    {"jpeg": _of_jpeg, "png": _of_png, "avif": _of_avif, "bmp": _of_bmp}
)
