"""A WebP's chunks: https://developers.google.com/speed/webp/docs/riff_container"""

from __future__ import annotations

from collections.abc import Iterator

_MOST = 10_000


def chunks(file: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's name, and where it stands, its head of eight bytes included."""
    start = 12
    for _ in range(_MOST):
        if start >= len(file):
            return
        length = int.from_bytes(file[start + 4 : start + 8], "little")
        end = start + 8 + length + (length & 1)
        yield file[start : start + 4], start, end
        start = end
