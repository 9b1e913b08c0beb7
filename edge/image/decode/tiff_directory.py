"""The directory of a TIFF file's first page: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, section 2

BigTIFF too: https://www.awaresystems.be/imaging/tiff/bigtiff.html
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from edge.image.decode.limits import Limit, too_many
from edge.image.pillow_compat.exif import WHOLE_NUMBERS

#: Values of one tag, and strips or tiles of the image. Bytes (text, XMP, profiles) are not counted.
VALUES = Limit("tiff_values", 200_000, "values in one tag, strips or tiles")
TAGS = Limit("tiff_tags", 0xFFFF, "tags")

_Order = Literal["little", "big"]

#: Bytes a value takes, by type.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
#: The types of whole numbers, as `struct` spells them.
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_BYTES = frozenset({1, 2, 7})
_BIG = 43


class TagField(NamedTuple):
    """A tag's values: their type, how many there are, and where in the file they start."""

    kind: int
    length: int
    place: int


@dataclass(frozen=True, slots=True)
class TiffDirectory:
    """The first value of each tag as a whole number; and whether the file contains the values of all tags.

    Of a tag that occurs twice the first counts, even if it has no value, as for libtiff.
    """

    body: bytes
    order: _Order
    fields: Mapping[int, TagField]
    numbers: Mapping[int, int]
    is_complete: bool

    def values(self, tag: int) -> tuple[int, ...]:
        """All values of a tag of whole numbers, as far as the file contains them."""
        kind, count, place = self.fields.get(tag, _ABSENT)
        if kind not in _CODES:
            return ()
        count = min(count, max(0, len(self.body) - place) // _SIZES[kind])
        return struct.unpack_from(f"{'<' if self.order == 'little' else '>'}{count}{_CODES[kind]}", self.body, place)


_ABSENT = TagField(0, 0, 0)


def walk(body: bytes) -> TiffDirectory:
    """Reads the directory, up to the end of the file. Raises `LimitExceeded`."""
    order: _Order = "little" if body[:1] == b"I" else "big"
    word, head = (8, 8) if _BIG in body[2:4] else (4, 2)
    entry_size = 4 + 2 * word
    start = _number(body, word, word, order)
    count = _number(body, start, head, order)
    if count > TAGS.value:
        raise too_many(TAGS, "TIFF")
    fields: dict[int, TagField] = {}
    is_complete = True
    for entry in range(start + head, min(start + head + count * entry_size, len(body)), entry_size):
        tag, kind, values = (_number(body, entry + at, size, order) for at, size in ((0, 2), (2, 2), (4, word)))
        if values > VALUES.value and (kind not in _BYTES or tag in WHOLE_NUMBERS):
            raise too_many(VALUES, "TIFF")
        length, place = values * _SIZES.get(kind, 0), entry + 4 + word
        place = place if length <= word else _number(body, place, word, order)
        is_complete = is_complete and place + length <= len(body)
        fields.setdefault(tag, TagField(kind, values if length else 0, place))
    numbers = {tag: _number(body, each.place, _SIZES[each.kind], order) for tag, each in fields.items() if each.length}
    return TiffDirectory(body, order, fields, numbers, is_complete)


def _number(body: bytes, at: int, size: int, order: _Order) -> int:
    return int.from_bytes(body[at : at + size], order)
