"""The header of a BMP file, of Windows and of OS/2.

https://learn.microsoft.com/windows/win32/gdi/bitmap-header-types and https://www.fileformat.info/format/os2bmp/egff.htm
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from edge.contract.errors import SourceRefused
from edge.image.decode.errors import damaged, unsupported
from edge.image.geometry import Size

#: Red, green, blue and alpha: which bits of a pixel each takes. Alpha is 0 if there is none.
Masks = tuple[int, int, int, int]

_RAW, _RLE8, _RLE4, _MASKS, _RLE24, _ALPHA_MASKS = 0, 1, 2, 3, 4, 6
_RUNS = frozenset({(_RLE8, 8), (_RLE4, 4), (_RLE24, 24)})
#: Compressions that are refused by name, with the bits that they are for; 0 for any.
_REFUSED = {(_MASKS, 1): "Huffman compression", (4, 0): "a JPEG image inside", (5, 0): "a PNG image inside"}
#: Where the header is in the file, the length of OS/2's first one, and where fields are in a header.
_START, _CORE_HEADER, _MASKS_AT, _PROFILE_AT = 14, 12, 40, 112
_V3_HEADER, _V5_HEADER, _COLOUR_SPACE_AT, _EMBEDDED = 56, 124, 56, b"DEBM"
_WITH_MASKS, _WITH_ALPHA = frozenset({52, 56, 108, 124}), frozenset({108, 124})
_DEFAULT_MASKS = {16: (0x7C00, 0x3E0, 0x1F), 24: (0xFF0000, 0xFF00, 0xFF), 32: (0xFF0000, 0xFF00, 0xFF)}
_PALETTE_BITS = frozenset({1, 2, 4, 8})


@dataclass(frozen=True, slots=True)
class BmpHeader:
    """How the pixels of a file are stored.

    ``palette`` has three bytes for each colour, red first; ``masks`` is for pixels that have none. ``data`` is where
    the pixels start. ``runs``: they are run-length encoded.
    """

    size: Size
    bits: int
    top_down: bool
    runs: bool
    masks: Masks | None
    palette: bytes
    data: int
    profile: bytes | None

    @property
    def stride(self) -> int:
        """The bytes of a row, padded to a multiple of four."""
        return (self.size[0] * self.bits + 31) // 32 * 4


def read_header(body: bytes) -> BmpHeader:
    """The header of a file. Raises `SourceRefused` if it is cut off or describes pixels that are not supported."""
    length = _u32(body, _START)
    fields = body[_START : _START + length]
    if len(fields) < length:
        raise damaged("The BMP file ends in its header")
    size, height, bits, compression, colours = _fields(fields)
    if min(size) < 0:
        raise damaged(f"The BMP file declares a width of {size[0]} pixels")
    runs = (compression, bits) in _RUNS
    if not runs and (feature := _unsupported_feature(bits, compression)):
        raise _refused(feature)
    start = _START + length + _bytes_of_masks_after(length, compression)
    declared, entry = _u32(body, 10), 3 if length == _CORE_HEADER else 4
    count = min(colours or 1 << bits, 256) if bits in _PALETTE_BITS else 0
    end = min(start + entry * count, max(start, declared) if declared else len(body))
    return BmpHeader(
        size=size,
        bits=bits,
        top_down=height < 0,
        runs=runs,
        masks=None if bits in _PALETTE_BITS or runs else _masks(body, length, bits, compression),
        palette=_rgb(body[start:end], entry),
        data=declared or end,
        profile=_profile(body, fields),
    )


def _fields(fields: bytes) -> tuple[Size, int, int, int, int]:
    """Width and height; the height as stored; bits, compression and colours. A short header has zeros for the rest."""
    if len(fields) == _CORE_HEADER:
        width, height, _, bits = struct.unpack_from("<4H", fields, 4)
        return (width, height), height, bits, _RAW, 0
    width, height, _, bits, compression = struct.unpack_from("<2i2HI", fields.ljust(_MASKS_AT, b"\0"), 4)
    return (width, abs(height)), height, bits, compression, _u32(fields, 32)


def _unsupported_feature(bits: int, compression: int) -> str:
    """What is not supported about pixels without runs; empty if they are."""
    if compression in (_MASKS, _ALPHA_MASKS) and bits in _DEFAULT_MASKS:
        return ""
    if compression == _RAW:
        return "" if bits in _PALETTE_BITS or bits in _DEFAULT_MASKS else f"{bits} bits a pixel"
    named = _REFUSED.get((compression, bits)) or _REFUSED.get((compression, 0))
    return named or f"compression {compression} with {bits} bits a pixel"


def _bytes_of_masks_after(length: int, compression: int) -> int:
    """The bytes of masks between header and palette; longer headers contain them."""
    return 0 if length in _WITH_MASKS else {_MASKS: 12, _ALPHA_MASKS: 16}.get(compression, 0)


def _masks(body: bytes, length: int, bits: int, compression: int) -> Masks:
    """The masks, cut to the bits of a pixel. In the newest headers alpha always counts, as in Chromium."""
    start = _START + (_MASKS_AT if length in _WITH_MASKS else length)
    stored = compression in (_MASKS, _ALPHA_MASKS)
    red, green, blue = (_u32(body, start + 4 * band) for band in range(3)) if stored else _DEFAULT_MASKS[bits]
    has_alpha = length in _WITH_ALPHA or (stored and length == _V3_HEADER) or compression == _ALPHA_MASKS
    alpha = _u32(body, start + 12) if has_alpha else 0
    most = (1 << bits) - 1
    masks = red & most, green & most, blue & most, alpha & most
    if not all(map(_is_contiguous, masks)):
        raise _refused("colour masks with gaps")
    return masks


def _is_contiguous(mask: int) -> bool:
    lowest = mask & -mask
    return (mask + lowest) & mask == 0


def _rgb(palette: bytes, entry: int) -> bytes:
    """The colours, of ``entry`` bytes each, blue first. One that is cut short is left out."""
    whole = palette[: len(palette) // entry * entry]
    bands = whole[2::entry], whole[1::entry], whole[0::entry]
    return bytes(value for colour in zip(*bands, strict=True) for value in colour)


def _profile(body: bytes, fields: bytes) -> bytes | None:
    """https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapv5header"""
    if len(fields) < _V5_HEADER or fields[_COLOUR_SPACE_AT : _COLOUR_SPACE_AT + 4] != _EMBEDDED:
        return None
    start = _START + _u32(fields, _PROFILE_AT)
    return body[start : start + _u32(fields, _PROFILE_AT + 4)]


def _refused(feature: str) -> SourceRefused:
    return unsupported("BMP", feature, "Save it with 24 bits a pixel.")


def _u32(body: bytes, position: int) -> int:
    return int.from_bytes(body[position : position + 4], "little")
