"""What the segments before a JPEG's pixels say beside the pixels: EXIF, colour profile, XMP and IPTC's IIM.

Each segment is read on its own, and one that is cut short is ignored, as libjpeg and browsers do. Pillow would refuse
the file, or mix up the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from edge.image.decode import exif
from edge.image.decode.jpeg_markers import Segment

_APP1, _APP2, _APP13, _APP14 = 0xE1, 0xE2, 0xED, 0xEE
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PROFILE, _PHOTOSHOP, _ADOBE = b"ICC_PROFILE\0", b"Photoshop 3.0\0", b"Adobe"
#: A TIFF header after the name is the least that EXIF can be.
_MIN_EXIF = len(exif.PREFIX) + 8
#: The number of a part of a profile, and of how many.
_NUMBER, _COUNT, _PART = 12, 13, 14
#: The length of Adobe's segment, and where it states the colour transform: ITU-T T.872, 6.5.3
_ADOBE_LENGTH, _TRANSFORM = 12, 11
_RESOURCE, _IIM = b"8BIM", 0x0404
#: Photoshop writes some dozens.
_MAX_RESOURCES, _MAX_IIM = 1000, 1 << 20


def read_metadata(body: bytes, segments: Iterable[Segment]) -> dict[str, Any]:
    """The metadata under the names that Pillow uses in `Image.info`, without what is absent or unusable."""
    named = [(segment.marker, body[segment.start : segment.end]) for segment in segments if _is_application(segment)]
    found = {
        "exif": _exif(_contents(named, _APP1, exif.PREFIX)),
        "icc_profile": _profile(_contents(named, _APP2, _PROFILE)),
        "xmp": next((data[len(_XMP) :] for data in _contents(named, _APP1, _XMP)), b""),
        "photoshop": _iim(b"".join(data[len(_PHOTOSHOP) :] for data in _contents(named, _APP13, _PHOTOSHOP))),
        "adobe_transform": _transform(_contents(named, _APP14, _ADOBE)),
    }
    return {name: value for name, value in found.items() if value not in (b"", {}, None)}


def _is_application(segment: Segment) -> bool:
    return segment.marker in (_APP1, _APP2, _APP13, _APP14)


def _contents(named: list[tuple[int, bytes]], marker: int, name: bytes) -> Iterator[bytes]:
    return (data for found, data in named if found == marker and data.startswith(name))


def _exif(parts: Iterator[bytes]) -> bytes:
    """The first segment that can be EXIF, and those after it: what is longer than a segment is continued."""
    whole = [data for data in parts if len(data) >= _MIN_EXIF]
    return b"".join((exif.PREFIX, *(data[len(exif.PREFIX) :] for data in whole))) if whole else b""


def _profile(parts: Iterator[bytes]) -> bytes:
    """The profile, if each of its parts is there once and all agree on their number. One in one part needs no other.

    https://www.color.org/specification/ICC.1-2022-05.pdf (B.4)
    """
    whole = [data for data in parts if len(data) >= _PART]
    if whole and whole[0][_NUMBER] == whole[0][_COUNT] == 1:
        return whole[0][_PART:]
    by_number = {data[_NUMBER]: data[_PART:] for data in whole}
    numbers = range(1, len(whole) + 1)
    if {data[_COUNT] for data in whole} != {len(whole)} or by_number.keys() != set(numbers):
        return b""
    return b"".join(by_number[number] for number in numbers)


def _transform(parts: Iterator[bytes]) -> int | None:
    """The last one counts."""
    return next((data[_TRANSFORM] for data in reversed([*parts]) if len(data) >= _ADOBE_LENGTH), None)


def _iim(resources: bytes) -> dict[int, bytes]:
    """The block of IIM among Photoshop's resources, by its number.

    https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/ (image resource blocks)
    """
    position = 0
    for _ in range(_MAX_RESOURCES):
        if resources[position : position + 4] != _RESOURCE:
            break
        number = int.from_bytes(resources[position + 4 : position + 6])
        name = int.from_bytes(resources[position + 6 : position + 7])
        start = position + 7 + name + (name + 1) % 2
        length = int.from_bytes(resources[start : start + 4])
        if number == _IIM:
            return {number: resources[start + 4 : start + 4 + min(length, _MAX_IIM)]}
        position = start + 4 + length + length % 2
    return {}
