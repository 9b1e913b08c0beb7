"""Whether averages of a profile's values are what they should be: averages of them as sRGB, as in browsers.

docs/decisions/015-gamma-resizing.md
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from PIL import Image

from edge.image.colour.icc import bounded
from edge.image.colour.srgb import conversion

#: How far apart the two may be, of 255.
_NEAR = 3.0
#: Black, white and the grey between them, and what is between each two of them.
_CODES = (0, 63, 126, 189, 252)
_CORNERS = (0, 126, 252)


def must_convert_first(profile: bytes | None, mode: str) -> bool:
    """Whether an image of ``mode`` (Pillow's, as stored) must be converted to sRGB before it is resized.

    If not, its brightness is the same either way, within three of 255 for any mixture of black, middle grey and white.
    """
    return _averages_apart(bounded(profile), mode if mode in ("CMYK", "LAB") else "L")


@lru_cache(maxsize=16)
def _averages_apart(profile: bytes, mode: str) -> bool:
    convert = conversion(profile, mode)
    if convert is None:
        return False
    shown = convert(_greys(mode)).convert("L").tobytes()
    found = dict(zip(_CODES, shown, strict=True))
    return any(abs(found[(a + b) // 2] - (found[a] + found[b]) / 2) > _NEAR for a, b in combinations(_CORNERS, 2))


def _greys(mode: str) -> Image.Image:
    """An image of five pixels, one for each of the codes."""
    bands = {"L": (True,), "CMYK": (False, False, False, True), "LAB": (True, False, False)}[mode]
    return Image.frombytes(mode, (len(_CODES), 1), bytes(code * band for code in _CODES for band in bands))
