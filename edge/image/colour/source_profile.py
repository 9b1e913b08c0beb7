"""Descriptions of colours other than ICC profiles, converted to profiles: then one conversion handles all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from edge.image.colour import icc, transfer
from edge.image.colour.primaries import Primaries, colorants
from edge.image.colour.transfer import Curve

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
#: Table 3 of the same. All others count as sRGB, the curves of video cameras included, because no display inverts them.
_TRANSFERS: Mapping[int, Curve] = MappingProxyType(
    {4: transfer.power(2.2), 5: transfer.power(2.8), 8: transfer.power(1.0), 16: transfer.pq, 18: transfer.hlg}
)
#: The numbers that describe colours, including those that count as sRGB.
_KNOWN_PRIMARIES = frozenset({1, *_PRIMARIES})
_KNOWN_TRANSFERS = frozenset({1, 6, 7, 9, 10, 11, 12, 13, 14, 15, 17, *_TRANSFERS})
#: Transfer functions for images that may be brighter than white.
HDR = frozenset({16, 18})
_ADOBE_CURVE = transfer.power(563 / 256)
_ADOBE_RGB = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, *_D65)
#: What PNG writes for sRGB's curve: https://www.w3.org/TR/png-3/#11sRGB
_SRGB_GAMMA = 0.45455


def is_known_cicp(primaries: int, transfer_number: int) -> bool:
    """Whether two numbers of ITU-T H.273 both describe colours; some mean "unspecified" or are reserved."""
    return primaries in _KNOWN_PRIMARIES and transfer_number in _KNOWN_TRANSFERS


def from_cicp(primaries: int, transfer_number: int) -> bytes | None:
    """The profile of two numbers of ITU-T H.273. None for sRGB, and if neither is known."""
    if primaries not in _PRIMARIES and transfer_number not in _TRANSFERS:
        return None
    return _written(_PRIMARIES.get(primaries, BT709), _TRANSFERS.get(transfer_number, transfer.srgb))


@lru_cache(maxsize=16)
def _written(primaries: Primaries, curve: Curve) -> bytes | None:
    try:
        return icc.build_profile(colorants(primaries), curve)
    except (ArithmeticError, ValueError):  # primaries that span no colours
        return None


def from_gamma(gamma: float, chromaticities: Sequence[float] | None) -> bytes | None:
    """The profile of a PNG's gAMA and cHRM (white first). None for sRGB.

    Without gamma there is none, because browsers then ignore the chromaticities.
    """
    primaries = (*chromaticities[2:], *chromaticities[:2]) if chromaticities else BT709
    if gamma <= 0 or (_near(gamma, _SRGB_GAMMA) and all(map(_near, primaries, BT709))):
        return None
    return _written(primaries, transfer.power(1 / gamma))


def adobe_rgb() -> bytes | None:
    """The profile of Adobe RGB (1998), which some cameras name in EXIF only."""
    return _written(_ADOBE_RGB, _ADOBE_CURVE)


def _near(value: float, other: float) -> bool:
    return abs(value - other) < 0.002
