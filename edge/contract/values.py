"""Parsers for the values of URL parameters. Each returns the value that a text spells, or raises `ValueError`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Point = tuple[int, int]
#: Left, top, width and height, per mille of an image.
Face = tuple[int, int, int, int]

FITS = ("cover", "contain", "fill", "inside", "outside")
#: The compass directions as points, per mille of width and height.
COMPASS: Mapping[str, Point] = MappingProxyType(
    {
        "center": (500, 500),
        "north": (500, 0),
        "northeast": (1000, 0),
        "east": (1000, 500),
        "southeast": (1000, 1000),
        "south": (500, 1000),
        "southwest": (0, 1000),
        "west": (0, 500),
        "northwest": (0, 0),
    }
)
#: The gravities that use the faces that were found in the original.
FACES = ("face", "faces")
GRAVITIES = ("focal", *COMPASS, "auto", *FACES)
#: `COMPASS` the other way round.
DIRECTIONS: Mapping[str | Point, str] = MappingProxyType({point: name for name, point in COMPASS.items()})
WHITE = "ffffff"

_DIGITS = re.compile(r"[0-9]{1,10}")
_COLOUR = re.compile(r"[0-9a-f]{6}(?:[0-9a-f]{2})?")
_FRACTION = re.compile(r"[0-9]{0,2}(?:\.[0-9]{1,6})?")
_DEGREES = re.compile(r"-?[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Integer:
    """A parser of decimal numbers from ``low`` to ``high``."""

    low: int
    high: int

    def __call__(self, text: str) -> int:
        if not _DIGITS.fullmatch(text) or not self.low <= int(text) <= self.high:
            raise ValueError(text)
        return int(text)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A parser of the names in ``values``."""

    values: Mapping[str, object]

    def __call__(self, text: str) -> object:
        if text not in self.values:
            raise ValueError(text)
        return self.values[text]


def gravity(text: str) -> str | Point:
    """A name from `GRAVITIES`, or a point per mille from fractions such as ``0.31,0.42``."""
    if text in GRAVITIES:
        return text
    x, y = text.split(",")
    return _per_mille(x), _per_mille(y)


def _per_mille(text: str) -> int:
    if not text or not _FRACTION.fullmatch(text) or not 0 <= float(text) <= 1:
        raise ValueError(text)
    return int(float(text) * 1000 + 0.5)


def colour(text: str) -> str:
    """``rrggbb`` or ``rrggbbaa`` in lower case; full opacity is left out."""
    text = text.lower()
    if not _COLOUR.fullmatch(text):
        raise ValueError(text)
    return text[:6] if text.endswith("ff") and len(text) == 8 else text


def degrees(text: str) -> int:
    """Whole degrees from -360 to 360, as 0 to 359 clockwise."""
    if not _DEGREES.fullmatch(text) or abs(int(text)) > 360:
        raise ValueError(text)
    return int(text) % 360


#: A width or height in pixels. Which sizes are served is up to the policy.
side = Integer(0, 9_999_999_999)
fit = Choice(MappingProxyType({name: name for name in FITS}))
flag = Choice(MappingProxyType({"0": False, "1": True}))
