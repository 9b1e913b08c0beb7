"""BMP files: https://learn.microsoft.com/windows/win32/gdi/bitmap-storage"""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image import pillow_compat
from edge.image.decode.errors import unsupported
from edge.image.decode.limits import Limit, LimitExceeded
from edge.image.decode.source_file import SourceFile

# The length of one of the known headers is part of it: two letters would match too much.
_SIGNATURE = re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL)
#: The decoder for run-length encoding is written in Python.
_RLE_BYTES = Limit("bmp_rle_bytes", 5_000_000, "bytes")
_RLE_PIXELS = Limit("bmp_rle_pixels", 25_000_000, "pixels")
_RLE = frozenset({1, 2})
#: Where the DIB header and its fields are; the last three are those of version 5.
_HEADER, _WIDTH, _HEIGHT, _COMPRESSION, _COLOUR_SPACE, _PROFILE, _PROFILE_SIZE = 14, 18, 22, 30, 70, 126, 130
_EMBEDDED = b"DEBM"


class Bmp(SourceFile):
    """A BMP file."""

    format = BY_NAME["bmp"]
    signature = _SIGNATURE
    own_limits = (_RLE_BYTES, _RLE_PIXELS)

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Bmp:
        _check_runs(body)
        image = cls._check_size(_open(body), policy)
        return cls(body=body, image=image, size=image.size, profile=_profile(body))


def _check_runs(body: bytes) -> None:
    if _u32(body, _COMPRESSION) not in _RLE:
        return
    height = _u32(body, _HEIGHT)
    pixels = _u32(body, _WIDTH) * min(height, 2**32 - height)  # a negative height means top-down
    for limit, found in ((_RLE_BYTES, len(body)), (_RLE_PIXELS, pixels)):
        if found > limit.value:
            message = f"The BMP file is run-length encoded and has {found:,} {limit.unit}; the limit is {limit}."
            raise LimitExceeded(limit, f"{message} Save it without compression.")


def _open(body: bytes) -> Image.Image:
    try:
        return pillow_compat.BmpFile(BytesIO(body))
    except OSError as error:
        if "Unsupported" in str(error):  # nothing else tells this error from damage
            feature = "an unusual colour format or compression"
            raise unsupported("BMP", feature, "Save it with 24 bits a pixel.") from error
        raise


def _profile(body: bytes) -> bytes | None:
    """https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapv5header"""
    if body[_COLOUR_SPACE : _COLOUR_SPACE + 4] != _EMBEDDED:
        return None
    start = _HEADER + _u32(body, _PROFILE)
    return body[start : start + _u32(body, _PROFILE_SIZE)]


def _u32(body: bytes, position: int) -> int:
    return int.from_bytes(body[position : position + 4], "little")
