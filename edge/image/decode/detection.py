"""What a file is, by its first bytes, never by its name."""

from __future__ import annotations

import re

from edge.contract import formats
from edge.contract.errors import SourceRefused
from edge.image.decode import svg
from edge.image.decode.errors import damaged
from edge.image.decode.registry import SIGNATURE_BYTES, find_reader, is_avif
from edge.image.decode.source_file import SourceFile

_HEIC = "a HEIC photo"
#: What people upload by mistake, so that the message can name it.
_OTHERS = {
    "a PDF": rb"%PDF",
    "a web page": rb"\s*<(?:!doctype html|html)",
    _HEIC: rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)",
    "a video": rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI ",
    "a JPEG XL image": rb"\xff\x0a|\0\0\0\x0cJXL ",
    "a JPEG 2000 image": rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    "a Photoshop document": rb"8BPS",
    "a big-endian BigTIFF": rb"MM\0\+",
    "an icon": rb"\0\0[\1\2]\0",
    "a ZIP archive or an Office document": rb"PK\x03\x04",
    "a program": rb"MZ|\x7fELF",
    "a compressed file": rb"\x1f\x8b|BZh|\xfd7zXZ\0|7z\xbc\xaf\x27\x1c|\x28\xb5\x2f\xfd",
}


def detect(body: bytes) -> type[SourceFile]:
    """The class that reads ``body``. Raises `SourceRefused` if it is empty or of no supported format."""
    if not body:
        raise damaged("The file is empty")
    if reader := find_reader(body):
        return reader
    if svg.is_svg(body):
        raise SourceRefused.unsupported(f"This is an SVG drawing, which has no pixels to resize. {svg.ADVICE}")
    start = body[:SIGNATURE_BYTES]
    for name, pattern in _OTHERS.items():
        if re.match(pattern, start, re.DOTALL | re.IGNORECASE):
            raise SourceRefused.unsupported(f"This is {name}. Export it as {formats.labels('or')}.")
    raise SourceRefused.unsupported(f"This is not a supported image. Export it as {formats.labels('or')}.")


def is_heic(start: bytes) -> bool:
    """Whether a file begins as a HEIC photo, and not as an AVIF in the same container."""
    return bool(re.match(_OTHERS[_HEIC], start, re.DOTALL)) and not is_avif(start)
