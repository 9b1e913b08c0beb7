"""BMP files: https://learn.microsoft.com/windows/win32/gdi/bitmap-storage"""

from __future__ import annotations

from functools import partial

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image.decode.bmp_header import BmpHeader, read_header
from edge.image.decode.bmp_pixels import decode_pixels, mode_of
from edge.image.decode.limits import Limit, LimitExceeded
from edge.image.decode.source_file import SourceFile
from edge.image.pillow_compat.images import LazyImage

#: The decoder for run-length encoding is written in Python.
_RLE_BYTES = Limit("bmp_rle_bytes", 5_000_000, "bytes")
_RLE_PIXELS = Limit("bmp_rle_pixels", 25_000_000, "pixels")


class Bmp(SourceFile):
    """A BMP file."""

    format = BY_NAME["bmp"]
    own_limits = (_RLE_BYTES, _RLE_PIXELS)

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Bmp:
        header = read_header(body)
        if header.runs:
            _check_runs(body, header)
        image = cls._check_size(LazyImage(mode_of(header), header.size, partial(decode_pixels, body, header)), policy)
        return cls(body=body, image=image, size=image.size, profile=header.profile)


def _check_runs(body: bytes, header: BmpHeader) -> None:
    for limit, found in ((_RLE_BYTES, len(body)), (_RLE_PIXELS, header.size[0] * header.size[1])):
        if found > limit.value:
            message = f"The BMP file is run-length encoded and has {found:,} {limit.unit}; the limit is {limit}."
            raise LimitExceeded(limit, f"{message} Save it without compression.")
