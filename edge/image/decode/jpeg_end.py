"""JPEG files without an end marker: whether all of their pixels are there, as in files that browsers show."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from zlib import crc32

from edge.image.decode.jpeg_markers import END, SCAN, Segment
from edge.image.pillow_compat.jpeg import JpegFile
from edge.image.strips import strips

END_MARKER = bytes((0xFF, END))
#: What a decoder would take for pixels if some were missing: codes that differ from each other and from zeros, which it
#: takes where nothing is. So the end of a block, which is one of these in most files, cannot hide what is missing.
_FILLERS = (b"\x55" * 4096, b"\xaa" * 4096)
_ALL = (1 << 64) - 1


def has_end(body: bytes, scan: Segment | None) -> bool:
    """Whether the image has an end marker. Looks at the end of the file first, where it usually is."""
    return scan is None or body.endswith(END_MARKER) or body.find(END_MARKER, scan.end) >= 0


def is_complete(body: bytes, segments: Iterable[Segment], components: Iterable[int]) -> bool:
    """Whether no pixel of a file without an end marker is missing.

    That is so if the scans cover all of the ``components``, and what follows the last one changes no pixel.
    """
    if not _are_covered(body, segments, components):
        return False
    data = body.rstrip(b"\xff")  # half of a marker
    found = _decoded(data)
    return all(_decoded(data + filler) == found for filler in _FILLERS)


def _are_covered(body: bytes, segments: Iterable[Segment], components: Iterable[int]) -> bool:
    """Whether the scans have all coefficients of all components to their last bit.

    https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.2.3
    """
    covered = dict.fromkeys(components, 0)
    for segment in segments:
        if segment.marker != SCAN:
            continue
        scan = body[segment.start : segment.end]
        count = scan[0]
        first, last, bits = scan[1 + 2 * count : 4 + 2 * count]
        if bits & 15 == 0:
            for identifier in scan[1 : 1 + 2 * count : 2]:
                covered[identifier] = covered.get(identifier, 0) | (2 << last) - (1 << first)
    return all(coefficients & _ALL == _ALL for coefficients in covered.values())


def _decoded(body: bytes) -> int:
    """A checksum of the pixels, so that there are never those of two images in memory."""
    image, checksum = JpegFile(BytesIO(body + END_MARKER)), 0
    for _, strip in strips(image):
        checksum = crc32(strip.tobytes(), checksum)
    return checksum
