"""How many pieces a file is made of. Parsers take as long for one that says nothing as for one that says much.

So a file of 50 MB that holds millions of empty pieces costs a minute and gigabytes before a pixel is decoded; no
encoder writes one. They are counted here, up to the limit, without being read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from struct import Struct
from types import MappingProxyType
from typing import Literal

from edge.contract.errors import SourceRefused
from edge.image.decode import isobmff

#: JPEG's segments before the picture begins. A profile may take 255, and each may hold 64 KB.
_SEGMENTS = 5_000
#: PNG's chunks. Some encoders write one for every few thousand bytes.
_CHUNKS = 100_000
#: Values of one TIFF tag: as many strips or tiles as there may be.
_VALUES = 200_000
_TAGS = 0xFFFF
#: Bytes between a JPEG's segments that belong to none.
_JUNK = 100_000
#: The size of a BMP with runs, whose decoder is Pillow's own, in Python: in bytes, and in pixels.
_RUNS, _RUN_PIXELS = 5_000_000, 25_000_000
#: AVIF's lists, all together. A grid of four thousand cells takes 200 KB.
_LIST_BYTES = 300_000
_LISTS = frozenset({b"iinf", b"iloc", b"iref", b"ipma"})

_Order = Literal["little", "big"]

#: The last of the bytes 255 that may stand before a code. To take all of them here would try each as the first.
_MARKER = re.compile(rb"\xff([^\x00\xff])")
_SCAN, _ALONE = b"\xda", frozenset([b"\x01", *(bytes([code]) for code in range(0xD0, 0xDA))])


def check(body: bytes, kind: str) -> None:
    """Raises `SourceRefused` where ``body`` has more pieces than there is time for."""
    if (counted := _CHECKS.get(kind)) and not counted(body):
        raise SourceRefused.damaged(f"The {kind.upper()} file is damaged: it is made of too many pieces.")


def _jpeg(body: bytes) -> bool:
    """https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1.1.4"""
    position, junk = 2, 0
    for _ in range(_SEGMENTS):
        # No further than junk may go, or a file of nothing else would be searched again and again.
        marker = _MARKER.search(body, position, position + _JUNK)
        if marker is None:
            return len(body) - position < _JUNK
        junk += marker.end() - position - 2
        if marker[1] == _SCAN:
            return True
        alone = marker[1] in _ALONE
        position = marker.end() + (0 if alone else max(2, int.from_bytes(body[marker.end() : marker.end() + 2])))
        if junk > _JUNK:
            return False
    return False


def _png(body: bytes) -> bool:
    """Whether profiles, which are unpacked as they are met, come once or hardly more; and how many chunks there are."""
    position, profiles = 8, 0
    for _ in range(_CHUNKS):
        if position >= len(body):
            return True
        length, name = _CHUNK.unpack(body[position : position + 8].ljust(8, b"\0"))
        profiles += name == b"iCCP"
        if profiles > 2:
            return False
        position += length + 12
    return False


_CHUNK = Struct(">I4s")


def _tiff(body: bytes) -> bool:
    """The tags of the first page. Bytes (ASCII, XMP, profiles) are taken as they are, so their number is free."""
    order: _Order = "little" if body[:1] == b"I" else "big"
    big = 43 in body[2:4]
    word, head, size = (8, 8, 20) if big else (4, 2, 12)
    start = _number(body, word, word, order)
    count = _number(body, start, head, order)
    for entry in range(start + head, min(start + head + count * size, len(body)), size):
        if _number(body, entry + 4, word, order) > _VALUES and _number(body, entry + 2, 2, order) not in _BYTES:
            return False
    return count <= _TAGS


_BYTES = frozenset({1, 2, 7})


def _bmp(body: bytes) -> bool:
    """https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader"""
    if _number(body, 30, 4, "little") not in (1, 2):  # run-length encoded
        return True
    pixels = _number(body, 18, 4, "little") * min(height := _number(body, 22, 4, "little"), 2**32 - height)
    return len(body) <= _RUNS and pixels <= _RUN_PIXELS


def _avif(body: bytes) -> bool:
    """The lists of items and of what is said of them: libavif looks each item up among all.

    https://github.com/AOMediaCodec/libavif/blob/main/src/read.c (avifMetaFindOrCreateItem)
    """
    file = memoryview(body)
    tracks = (content for kind, content in isobmff.boxes(isobmff.inside(file, b"moov")) if kind == b"trak")
    metas = [isobmff.inside(place, b"meta") for place in (file, *tracks)]
    lists = (each for meta in metas for part in (meta, isobmff.inside(meta, b"iprp")) for each in isobmff.boxes(part))
    return sum(len(content) for kind, content in lists if kind in _LISTS) <= _LIST_BYTES


def _number(body: bytes, at: int, size: int, order: _Order) -> int:
    return int.from_bytes(body[at : at + size], order)


_CHECKS: Mapping[str, Callable[[bytes], bool]] = MappingProxyType(
    {"jpeg": _jpeg, "png": _png, "tiff": _tiff, "bmp": _bmp, "avif": _avif}
)
