"""Sound or nearly sound AVIF files in the form that libavif and Pillow accept."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from edge.image.decode import isobmff_items
from edge.image.decode.isobmff import Box, count_size, uint

#: One item's properties: its id, their number, and their indices as the file has them.
_Entry = tuple[int, int, bytes]
#: Bytes of a box before its content.
_HEAD = 8


def repaired(body: bytes, boxes: Box) -> bytes:
    """The same file without EXIF, at which Pillow's parser may stop, and with its associations merged.

    EXIF must not turn an AVIF, and the rest of it is not needed: https://aomediacodec.github.io/av1-avif/ (by way of
    MIAF, which it builds on).
    """
    changed = bytearray(body)
    for entry in isobmff_items.entries(boxes, b"Exif"):
        position = entry.start + isobmff_items.kind_at(entry)
        changed[position : position + 4] = b"skip"
    properties = boxes.find(b"meta", b"iprp")
    merged = _box(b"iprp", _merged(properties))
    start, end = properties.start - _HEAD, properties.start + len(properties.content)
    spare = end - start - len(merged)
    if spare == 0 or spare >= _HEAD:
        changed[start:end] = merged + (_box(b"free", bytes(spare - _HEAD)) if spare else b"")
    return bytes(changed)


def _merged(properties: Box) -> bytes:
    """The content of the box ``iprp`` with one box ``ipma`` of each version and flags, and nothing unknown.

    libavif refuses more, and items that are out of order: avifParseItemPropertyAssociation in
    https://github.com/AOMediaCodec/libavif/blob/main/src/read.c
    """
    groups: dict[bytes, dict[int, tuple[int, bytes]]] = {}
    for child in properties.children:
        if child.kind != b"ipma":
            continue
        group = groups.setdefault(bytes(child.content[:4]), {})
        for item, count, indices in _entries(child.content):
            known = group.get(item, (0, b""))
            group[item] = known[0] + count, known[1] + indices
    lists = (_box(b"ipma", head, *_spelled(head, group)) for head, group in groups.items())
    return _box(b"ipco", bytes(properties.find(b"ipco").content)) + b"".join(lists)


def _entries(ipma: memoryview) -> Iterator[_Entry]:
    wide, index_size = count_size(ipma), 1 + (uint(ipma, 3, 1) & 1)
    position = 8
    for _ in range(uint(ipma, 4, 4)):
        if position >= len(ipma):
            return
        item, count = uint(ipma, position, wide), uint(ipma, position + wide, 1)
        position += wide + 1
        yield item, count, bytes(ipma[position : position + count * index_size])
        position += count * index_size


def _spelled(head: bytes, group: dict[int, tuple[int, bytes]]) -> Iterator[bytes]:
    yield struct.pack(">I", len(group))
    for item, (count, indices) in sorted(group.items()):
        yield struct.pack(">IB" if head[0] else ">HB", item, min(count, 255)) + indices


def _box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data
