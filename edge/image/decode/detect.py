"""What a file is from its first bytes, and what must be known of it before Pillow may open it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from edge.contract import formats
from edge.contract.errors import SourceRefused

_TAKEN = {
    "jpeg": rb"\xff\xd8\xff",
    "png": rb"\x89PNG\r\n\x1a\n",
    "webp": rb"RIFF....WEBP",
    "avif": rb"....ftyp(?:avif|avis|(?:mif1|msf1).{0,64}avi[fs])",
    "gif": rb"GIF8[79]a",
    "tiff": rb"II\*\0|MM\0\*|II\+\0",
    "bmp": rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0",
}
_HEIC = "a HEIC photo"
#: What people upload in good faith, so that the message can say what it is.
_OTHERS = {
    "a PDF": rb"%PDF",
    "an SVG drawing": rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg",
    "a web page": rb"\s*<(?:!doctype html|html)",
    _HEIC: rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)",
    "a video": rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI ",
    "a JPEG XL picture": rb"\xff\x0a|\0\0\0\x0cJXL ",
    "a JPEG 2000 picture": rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    "a Photoshop document": rb"8BPS",
    "a BigTIFF with the highest byte first": rb"MM\0\+",
    "an icon": rb"\0\0[\1\2]\0",
    "a ZIP archive or an Office document": rb"PK\x03\x04",
    "a program": rb"MZ|\x7fELF",
}
#: How much of a file is looked at.
START = 1024


def kind(body: bytes) -> str:
    """The name of the format that ``body`` begins as. Raises `SourceRefused` if it is none of `formats.SOURCES`."""
    if not body:
        raise SourceRefused.damaged("The file is empty.")
    start = body[:START]
    for name, pattern in _TAKEN.items():
        if re.match(pattern, start, re.DOTALL):
            return name
    taken = formats.labels("or")
    for name, pattern in _OTHERS.items():
        if re.match(pattern, start, re.DOTALL | re.IGNORECASE):
            raise SourceRefused.unsupported(f"This is {name}; a picture must be {taken}.")
    raise SourceRefused.unsupported(f"This is not a picture of a kind that is taken: {taken}.")


def is_heic(start: bytes) -> bool:
    """Whether a file begins as a HEIC photo does, and not as the AVIF that shares its container."""
    return bool(re.match(_OTHERS[_HEIC], start, re.DOTALL)) and not re.match(_TAKEN["avif"], start, re.DOTALL)


def webp_canvas(body: bytes) -> tuple[int, int]:
    """A WebP's width and height from its header; no pixels where the header is none that Pillow would open.

    https://developers.google.com/speed/webp/docs/riff_container
    """
    chunk, data = body[12:16], body[20:30].ljust(10, b"\0")
    if chunk == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    return 0, 0


def webp_with_alpha(body: bytes) -> bytes:
    """``body``, where it is an animated WebP, said to be transparent.

    Where no frame ever was, a browser shows nothing, and Pillow black unless the flag is set.
    """
    if body[12:16] != b"VP8X" or not body[20] & _ANIMATED or body[20] & _ALPHA:
        return body
    return body[:20] + bytes((body[20] | _ALPHA,)) + body[21:]


_ANIMATED, _ALPHA = 0x02, 0x10


def has_scans(body: bytes, components: int) -> bool:
    """Whether a JPEG that is not progressive is in several scans all the same. Where the first one has all its
    components, decoders stop there."""
    return next(_scans(body), components) != components


def check_jpeg_scans(body: bytes) -> None:
    """Raises `SourceRefused` where a JPEG has more scans than a decoder has time for.

    Each goes over the whole picture, however few bytes it has:
    https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf
    """
    if body.count(b"\xff\xda") > _MOST_SCANS and next(islice(_scans(body), _MOST_SCANS, None), None) is not None:
        raise SourceRefused.damaged(f"The JPEG file has more than {_MOST_SCANS} scans, which nothing sound has.")


#: Encoders write about ten.
_MOST_SCANS = 64
#: Neither a 255 that is data nor what has no length: a restart marker, which is part of a scan, or TEM.
_JPEG_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")


def _scans(body: bytes) -> Iterator[int]:
    """How many components each scan of the first picture has. What a camera writes after that may hold anything."""
    position = 2
    while (marker := _JPEG_MARKER.search(body, position)) and marker[1] != b"\xd9":
        length, components = _u16_big(body, marker.end()), body[marker.end() + 2 : marker.end() + 3]
        if marker[1] == b"\xda":
            yield int.from_bytes(components)
        position = marker.end() + length


def _u16_big(body: bytes, position: int) -> int:
    return int.from_bytes(body[position : position + 2])
