"""ICC profiles as bytes: what of one is used, and how one is written.

https://www.color.org/specification/ICC.1-2022-05.pdf (the header in 7.2, tags in 9, their types in 10)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from edge.image.colour.transfer import Curve

#: The measured colours of a printer take up to three megabytes.
MOST_BYTES = 4 << 20
_HEADER, _ENTRY, _MOST_TAGS = 128, 12, 100
#: The colours that a profile is for, to the mode of pictures in them.
_MODES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")
COLORANTS = (b"rXYZ", b"gXYZ", b"bXYZ")
CURVES = (b"rTRC", b"gTRC", b"bTRC")
GREY = b"kTRC"
#: Colours in a table: made to please (perceptual), which goes before, and as they measure (colorimetric).
_PLEASING, TABLE = b"A2B0", b"A2B1"
_USED = frozenset((*COLORANTS, *CURVES, GREY, _PLEASING, TABLE, b"cicp"))
#: No other types: in those that chain elements, thousands may name the same bytes, and each costs.
_TABLE_TYPES = (b"mft1", b"mft2", b"mAB ")
#: lcms, too, takes a longer curve for an attack.
_MOST_POINTS = 0x7FFF
_D50 = bytes.fromhex("0000f6d6 00010000 0000d32d")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says of pictures of ``mode`` (L, RGB or CMYK), by tag."""

    mode: str
    header: bytes
    tags: Mapping[bytes, bytes]

    def tobytes(self) -> bytes:
        """The profile, with nothing in it but what turns a picture's colours into others.

        It is of no printer, and its table is one of measured colours: so that lcms measures how dark its black is,
        where it has other rules for those of printers, and a fixed darkness for the pleasing ones.
        """
        return _written(self.header[:12] + b"spac" + self.header[16:], self.tags)

    @property
    def cicp(self) -> tuple[int, int] | None:
        """Primaries and transfer by their numbers in ITU-T H.273, where they are said in that way, too."""
        said = self.tags.get(b"cicp", b"")
        return (said[8], said[9]) if len(said) >= 10 else None


def parse(data: bytes) -> Profile | None:
    """None where ``data`` is no whole profile of a kind that pictures have, or is bigger than any such."""
    mode = _MODES.get(data[16:20])
    if mode is None or data[36:40] != b"acsp" or data[12:16] not in _CLASSES or len(data) > MOST_BYTES:
        return None
    tags = dict(_tags(data))
    if _PLEASING in tags:
        tags[TABLE] = tags.pop(_PLEASING)
    return Profile(mode, data[:_HEADER], MappingProxyType(tags)) if tags and all(map(_is_sane, tags.items())) else None


def xyz(data: bytes) -> tuple[float, ...]:
    """A colorant: how much X, Y and Z."""
    return tuple(int.from_bytes(data[at : at + 4], signed=True) / 65536 for at in (8, 12, 16))


def _tags(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What is used. What is cut short is empty."""
    for at in range(_HEADER + 4, _HEADER + 4 + _ENTRY * min(_u32(data, _HEADER), _MOST_TAGS), _ENTRY):
        name, start, size = data[at : at + 4], _u32(data, at + 4), _u32(data, at + 8)
        if name in _USED:
            yield name, data[start : start + size] if start + size <= len(data) else b""


def _is_sane(tag: tuple[bytes, bytes]) -> bool:
    name, data = tag
    if name == TABLE:
        return data[:4] in _TABLE_TYPES
    if name in CURVES or name == GREY:
        return data[:4] == b"para" or (data[:4] == b"curv" and _u32(data, 8) <= _MOST_POINTS)
    return bool(data)


def written(colorants: Sequence[Sequence[float]], curve: Curve) -> bytes:
    """A profile for RGB. ``colorants`` are X, Y and Z of the strongest red, green and blue under D50, where white has
    Y = 1; ``curve`` tells how much of that each of the 256 codes stands for, both from 0 to 1."""
    header = bytearray(_HEADER)
    header[8:24], header[36:40], header[68:80] = b"\x02\x10\0\0mntrRGB XYZ ", b"acsp", _D50
    points = b"".join(round(min(max(curve(code / 255), 0.0), 1.0) * 65535).to_bytes(2) for code in range(256))
    tags = {
        name: b"XYZ " + bytes(4) + b"".join(round(value * 65536).to_bytes(4, signed=True) for value in values)
        for name, values in zip(COLORANTS, colorants, strict=True)
    }
    return _written(bytes(header), tags | dict.fromkeys(CURVES, b"curv" + bytes(4) + (256).to_bytes(4) + points))


def _written(header: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    start = _HEADER + 4 + _ENTRY * len(tags)
    table, content = len(tags).to_bytes(4), b""
    for name, data in tags.items():
        table += name + (start + len(content)).to_bytes(4) + len(data).to_bytes(4)
        content += data + bytes(-len(data) % 4)
    return (start + len(content)).to_bytes(4) + header[4:] + table + content


def _u32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4])
