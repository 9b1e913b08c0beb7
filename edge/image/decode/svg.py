"""Recognizing SVG drawings, so that their refusal says what to do. Why they are refused: docs/decisions/019-svg.md."""

from __future__ import annotations

import codecs
import re
import zlib

#: What to do with a drawing instead.
ADVICE = (
    "Export it as a PNG twice as wide as it is ever shown. "
    "A logo or icon that must stay an SVG belongs among the project's static files."
)
#: How much of a file is looked at, in bytes and after decompression: more than a licence in a comment takes.
_START_BYTES = 64 << 10
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS  # https://docs.python.org/3/library/zlib.html#zlib.decompressobj
#: Encodings of more than one byte a character, by what a document in them begins with.
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16's mark, with which it begins
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    "<".encode("utf-16-le"): "utf-16-le",
    "<".encode("utf-16-be"): "utf-16-be",
}
#: What may stand before the root element: https://www.w3.org/TR/xml/#sec-prolog-dtd
_SPACE = re.compile(r"\s*")
_MARKUP = (("<?", "?>"), ("<!--", "-->"))
#: The root element, or a document type that names it, perhaps with a namespace's prefix.
_ROOT = re.compile(r"<(?:!DOCTYPE\s{1,99})?(?:[\w.-]{1,99}:)?svg[\s/>\[]", re.IGNORECASE)


def is_svg(body: bytes) -> bool:
    """Whether ``body`` is an SVG: compressed (SVGZ) or not, in an encoding that extends ASCII, UTF-16 or UTF-32."""
    text = _decoded(_decompressed(body))
    return bool(_ROOT.match(text, _end_of_prolog(text)))


def _decompressed(body: bytes) -> bytes:
    start = body[:_START_BYTES]
    if not start.startswith(_GZIP):
        return start
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(start, _START_BYTES)
    except zlib.error:
        return b""


def _decoded(start: bytes) -> str:
    """The beginning of a document. Its texts may turn out wrong; its markup is ASCII."""
    encoding = next((name for mark, name in _WIDE.items() if start.startswith(mark)), "utf-8")
    return start.decode(encoding, "replace").removeprefix("\ufeff")


def _end_of_prolog(text: str) -> int:
    """The position after all space, comments and processing instructions."""
    position = -1
    after = 0
    while after != position:
        position = _SPACE.match(text, after).end()  # type: ignore[union-attr]  # it always matches
        after = _after_markup(text, position)
    return position


def _after_markup(text: str, position: int) -> int:
    """The position after the comment or instruction at ``position``; ``position`` itself if there is none."""
    for opening, closing in _MARKUP:
        if text.startswith(opening, position):
            end = text.find(closing, position + len(opening))
            return position if end < 0 else end + len(closing)
    return position
