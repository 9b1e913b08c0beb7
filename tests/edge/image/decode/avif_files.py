"""AVIF files made by hand, box by box."""

from __future__ import annotations

import struct

from PIL import Image

from edge.image.decode import isobmff, isobmff_items
from tests.edge.image.decode.support import FILES
from tests.edge.image.pictures import saved


def stored(name: str) -> bytes:
    return (FILES / f"{name}.avif").read_bytes()


class Bits:
    """Writes a header of AV1: https://aomediacodec.github.io/av1-spec/#obu-syntax"""

    def __init__(self, *fields: tuple[int, int]) -> None:
        self.text = "".join(format(value, f"0{bits}b") for value, bits in fields)

    def unit(self, kind: int) -> bytes:
        text = self.text + "1"
        text += "0" * (-len(text) % 8)
        return bytes([kind << 3 | 2, len(text) // 8]) + int(text, 2).to_bytes(len(text) // 8)


def stream(own_size: int) -> bytes:
    """A stream of 64 × 64 whose frame may declare another size, in 16 bits a side."""
    sequence = Bits((0, 24), (8, 5), (0, 1), (15, 4), (15, 4), (63, 16), (63, 16), (0, 30))
    frame = Bits((0, 3), (1, 1), (1, 1), (own_size, 1), (15999, 16), (15999, 16))
    return sequence.unit(1) + frame.unit(6)


def holding(data: bytes) -> bytes:
    """An AVIF of 64 × 64 with another stream."""
    body = saved(Image.new("RGB", (64, 64)), "avif")
    start = body.index(b"mdat") + 4
    place = struct.pack(">II", start, len(body) - start)
    assert body.count(place) == 1
    return (
        body[: start - 8].replace(place, struct.pack(">II", start, len(data)))
        + struct.pack(">I4s", 8 + len(data), b"mdat")
        + data
    )


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def with_associations(body: bytes, *lists: bytes) -> bytes:
    """The same file with these boxes ``ipma`` in place of its own."""
    file = isobmff.walk(body)
    meta, old = file.find(b"meta"), file.find(b"meta", b"iprp")
    new = box(b"iprp", box(b"ipco", bytes(old.find(b"ipco").content)), *(box(b"ipma", each) for each in lists))
    grown = len(new) - len(old.content) - 8
    changed = body[: old.start - 8] + new + body[old.start + len(old.content) :]
    changed = changed[: meta.start - 8] + struct.pack(">I", len(meta.content) + 8 + grown) + changed[meta.start - 4 :]
    for extents in isobmff_items._data(file).values():
        start = body.index(extents[0])
        place = struct.pack(">II", start, len(extents[0]))
        changed = changed.replace(place, struct.pack(">II", start + grown, len(extents[0])))
    return changed


HEAD = box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")


INFE = box(b"infe", b"\2\0\0\0\0\1\0\0av01\0")


IINF = box(b"iinf", b"\0\0\0\0\0\1", INFE)


def located(*extents: tuple[int, int]) -> bytes:
    """A file whose first item consists of these extents."""
    places = b"".join(struct.pack(">2I", *extent) for extent in extents)
    return HEAD + box(
        b"meta", bytes(4), IINF, box(b"iloc", b"\0\0\0\0\x44\0\0\1\0\1\0\0", struct.pack(">H", len(extents)), places)
    )


TRACK = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stsd", bytes(8), box(b"av01", bytes(78)))))))


SAMPLES = (
    box(b"stsz", bytes(4), struct.pack(">2I", 0, 1 << 31)),
    box(b"stsc", bytes(8), struct.pack(">3I", 1, 1 << 31, 1)),
)


ENDLESS = box(b"stsd", bytes(8), box(b"av01", bytes(78))), *SAMPLES, box(b"stco", bytes(4), b"\xff" * 4, bytes(400))


#: Files that declare what they do not contain.
MISLEADING = {
    "an extent beyond the end": located((1 << 31, 1 << 31)),
    "no list of items": HEAD + box(b"meta", bytes(4), box(b"iloc", b"\0" * 8)),
    "a list that is cut off": HEAD + box(b"meta", bytes(4), IINF[:10]),
    "samples without end": HEAD + box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", *ENDLESS))))),
    "a box of 2⁶³ bytes": HEAD + struct.pack(">I4sQ", 1, b"meta", 1 << 63) + bytes(4),
    "a box to the end": HEAD + struct.pack(">I4s", 0, b"meta") + bytes(4),
    "a stream of zeros": located((len(located((0, 0))), 1 << 31)) + bytes(1000),
    "a size of many bytes": located((len(located((0, 0))), 50)) + b"\x0a" + b"\xff" * 100,
    "nothing": b"",
}
