"""The formats of originals: how a file of each begins, and the class that reads it.

A new format is a class in a module of its own, an entry in `FORMATS`, a row in `edge.contract.formats` and one in
docs/upload.md; its limits, if it has any, go into docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from edge.image.decode.limits import COMMON, Limit
from edge.image.decode.source_file import SourceFile

#: How many bytes of a file tell its format.
SIGNATURE_BYTES = 1024
# The length of a known header is part of it: two letters would match too much. OS/2 may leave out its last fields.
_BMP_HEADER_LENGTHS = frozenset((12, *range(16, 65, 4), 42, 46, 108, 124))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_AVIF_MAX_BRANDS = 63


class RegisteredFormat(NamedTuple):
    """``matches`` tells from a file's first `SIGNATURE_BYTES` bytes whether it is one. ``reader`` imports its class."""

    matches: Callable[[bytes], bool]
    reader: Callable[[], type[SourceFile]]


def find_reader(body: bytes) -> type[SourceFile] | None:
    """The class that reads ``body``, by its first bytes."""
    start = body[:SIGNATURE_BYTES]
    found = next((each for each in FORMATS if each.matches(start)), None)
    return found.reader() if found else None


def all_readers() -> list[type[SourceFile]]:
    """The classes of all formats."""
    return [each.reader() for each in FORMATS]


def all_limits() -> Iterator[Limit]:
    """Every limit on a file, in the order of docs/limits.md."""
    yield from COMMON
    for reader in all_readers():
        yield from reader.own_limits


def _starts_with(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda start: start.startswith(signatures)


def _is_webp(start: bytes) -> bool:
    return start.startswith(b"RIFF") and start[8:12] == b"WEBP"


def is_avif(start: bytes) -> bool:
    """Whether AVIF is among the brands in the first box. The length before it allows four bytes for each brand."""
    brands, odd = divmod(int.from_bytes(start[:4], "big") - 16, 4)
    if start[4:8] != b"ftyp" or odd or not 1 <= brands <= _AVIF_MAX_BRANDS:
        return False
    return any(start[at : at + 4] in _AVIF_BRANDS for at in (8, *range(16, 16 + 4 * brands, 4)))


def _is_bmp(start: bytes) -> bool:
    return start.startswith(b"BM") and int.from_bytes(start[14:18], "little") in _BMP_HEADER_LENGTHS


# Imported when the first file of the format is opened: together, the formats are a third of a cold start. These are
# import statements, because a Lambda package contains what they reach: infra/reachable_modules.py.


def _jpeg() -> type[SourceFile]:
    from edge.image.decode.jpeg import Jpeg

    return Jpeg


def _png() -> type[SourceFile]:
    from edge.image.decode.png import Png

    return Png


def _webp() -> type[SourceFile]:
    from edge.image.decode.webp import WebP

    return WebP


def _avif() -> type[SourceFile]:
    from edge.image.decode.avif import Avif

    return Avif


def _gif() -> type[SourceFile]:
    from edge.image.decode.gif import Gif

    return Gif


def _tiff() -> type[SourceFile]:
    from edge.image.decode.tiff import Tiff

    return Tiff


def _bmp() -> type[SourceFile]:
    from edge.image.decode.bmp import Bmp

    return Bmp


FORMATS = (
    RegisteredFormat(_starts_with(b"\xff\xd8\xff"), _jpeg),
    RegisteredFormat(_starts_with(b"\x89PNG\r\n\x1a\n"), _png),
    RegisteredFormat(_is_webp, _webp),
    RegisteredFormat(is_avif, _avif),
    RegisteredFormat(_starts_with(b"GIF87a", b"GIF89a"), _gif),
    RegisteredFormat(_starts_with(b"II*\0", b"MM\0*", b"II+\0"), _tiff),
    RegisteredFormat(_is_bmp, _bmp),
)
