"""Parsing and building ICC profiles.

https://www.color.org/specification/ICC.1-2022-05.pdf (header: 7.2, tags: 9, tag types: 10)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from edge.image.colour.transfer import Curve

#: Profiles of printers, with tables of measured colours, have up to three megabytes.
MAX_BYTES = 4 << 20
_HEADER, _ENTRY, _MAX_TAGS = 128, 12, 100
#: A profile's colour space, and the mode of images in it.
_MODES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")
COLORANTS = (b"rXYZ", b"gXYZ", b"bXYZ")
CURVES = (b"rTRC", b"gTRC", b"bTRC")
GREY = b"kTRC"
#: Colour tables: perceptual, which is preferred, and colorimetric.
_PERCEPTUAL_TABLE, TABLE = b"A2B0", b"A2B1"
_USED = frozenset((*COLORANTS, *CURVES, GREY, _PERCEPTUAL_TABLE, TABLE, b"cicp"))
#: Not the types that chain elements: thousands of elements may share the same bytes, and each takes time.
_TABLE_TYPES = (b"mft1", b"mft2", b"mAB ")
#: lcms rejects longer curves too.
_MAX_POINTS = 0x7FFF
_D50 = bytes.fromhex("0000f6d6 00010000 0000d32d")


@dataclass(frozen=True, slots=True)
class Profile:
    """The parts of a profile that the engine uses. ``mode`` (L, RGB or CMYK) is that of its images."""

    mode: str
    header: bytes
    tags: Mapping[bytes, bytes]

    def tobytes(self) -> bytes:
        """The profile with nothing but the tags that convert colours.

        It is a colour space profile, and its table is a colorimetric one, so that lcms measures its black point.
        For printer profiles and perceptual tables lcms assumes a fixed one.
        """
        return _serialize(self.header[:12] + b"spac" + self.header[16:], self.tags)

    @property
    def cicp(self) -> tuple[int, int] | None:
        """Primaries and transfer characteristics as numbers of ITU-T H.273. None if the profile has no such tag."""
        tag = self.tags.get(b"cicp", b"")
        return (tag[8], tag[9]) if len(tag) >= 10 else None


def bounded(data: bytes | None) -> bytes:
    """``data``, to be kept in a cache; empty if it is absent or larger than `MAX_BYTES`, as a file's may be."""
    return data if data and len(data) <= MAX_BYTES else b""


def parse_profile(data: bytes) -> Profile | None:
    """None if ``data`` is damaged, larger than `MAX_BYTES`, or a profile of a kind that images do not have."""
    mode = _MODES.get(data[16:20])
    if mode is None or data[36:40] != b"acsp" or data[12:16] not in _CLASSES or len(data) > MAX_BYTES:
        return None
    tags = dict(_tags(data))
    if _PERCEPTUAL_TABLE in tags:
        tags[TABLE] = tags.pop(_PERCEPTUAL_TABLE)
    return Profile(mode, data[:_HEADER], MappingProxyType(tags)) if tags and all(map(_is_sane, tags.items())) else None


def parse_xyz(data: bytes) -> tuple[float, ...]:
    """X, Y and Z of a colorant's tag."""
    return tuple(int.from_bytes(data[at : at + 4], signed=True) / 65536 for at in (8, 12, 16))


def _tags(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names and contents of the tags that are used. A tag that is cut short is empty."""
    for at in range(_HEADER + 4, _HEADER + 4 + _ENTRY * min(_u32(data, _HEADER), _MAX_TAGS), _ENTRY):
        name, start, size = data[at : at + 4], _u32(data, at + 4), _u32(data, at + 8)
        if name in _USED:
            yield name, data[start : start + size] if start + size <= len(data) else b""


def _is_sane(tag: tuple[bytes, bytes]) -> bool:
    name, data = tag
    if name == TABLE:
        return data[:4] in _TABLE_TYPES
    if name in CURVES or name == GREY:
        return data[:4] == b"para" or (data[:4] == b"curv" and _u32(data, 8) <= _MAX_POINTS)
    return bool(data)


def build_profile(colorants: Sequence[Sequence[float]], curve: Curve) -> bytes:
    """An RGB profile. ``colorants`` are X, Y and Z of full red, green and blue under D50, where white has Y = 1.

    ``curve`` gives the light, 0 to 1, of an encoded value, 0 to 1.
    """
    header = bytearray(_HEADER)
    header[8:24], header[36:40], header[68:80] = b"\x02\x10\0\0mntrRGB XYZ ", b"acsp", _D50
    points = b"".join(round(min(max(curve(code / 255), 0.0), 1.0) * 65535).to_bytes(2) for code in range(256))
    tags = {
        name: b"XYZ " + bytes(4) + b"".join(round(value * 65536).to_bytes(4, signed=True) for value in values)
        for name, values in zip(COLORANTS, colorants, strict=True)
    }
    return _serialize(bytes(header), tags | dict.fromkeys(CURVES, b"curv" + bytes(4) + (256).to_bytes(4) + points))


def _serialize(header: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    start = _HEADER + 4 + _ENTRY * len(tags)
    table, content = len(tags).to_bytes(4), b""
    for name, data in tags.items():
        table += name + (start + len(content)).to_bytes(4) + len(data).to_bytes(4)
        content += data + bytes(-len(data) % 4)
    return (start + len(content)).to_bytes(4) + header[4:] + table + content


def _u32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4])
