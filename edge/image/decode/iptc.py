"""Copyright in IPTC's IIM: https://www.iptc.org/std/IIM/4.2/specification/IIMV4.2.pdf"""

from __future__ import annotations

from collections.abc import Iterator

_TAG_MARKER, _HEAD = 0x1C, 5
#: By record and dataset.
_FIELDS = {(2, 116): "copyright", (2, 80): "creator", (2, 110): "credit"}


def copyright_fields(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The texts for ``copyright``, ``creator`` and ``credit``, in order. Raises `IndexError` where it is cut off."""
    position = 0
    while position < len(data) and data[position] == _TAG_MARKER:
        record, dataset = data[position + 1], data[position + 2]
        start = position + _HEAD
        position = start + int.from_bytes(data[position + 3 : start])
        if field := _FIELDS.get((record, dataset)):
            yield field, data[start:position]
