"""The LZMA streams in a TIFF file, one in each strip or tile: how much of its output each may copy from.

liblzma allocates the whole dictionary that a stream asks for, up to four gigabytes, and fills as much as the block has.
The addresses alone are more than a process with limits has. https://tukaani.org/xz/xz-file-format.txt
"""

from __future__ import annotations

from collections.abc import Iterator

from edge.image.decode.limits import Limit, too_many
from edge.image.decode.tiff_blocks import TiffBlocks

#: xz uses 64 MB at most, libtiff 8.
DICTIONARY = Limit("tiff_lzma_dictionary", 1 << 27, "bytes of dictionary in one strip or tile")

_MAGIC, _HEAD = b"\xfd7zXZ\0", 12
_FILTERS, _COMPRESSED, _UNCOMPRESSED = 0x03, 0x40, 0x80
_LZMA2 = 0x21
#: The longest header of a block.
_LONGEST = 1024


def check_dictionaries(body: bytes, blocks: TiffBlocks) -> None:
    """Raises `LimitExceeded` if a stream asks for a dictionary that no encoder uses."""
    for start in {start for start, _ in blocks.data}:
        if dictionary_bytes(body[start : start + _HEAD + _LONGEST]) > DICTIONARY.value:
            raise too_many(DICTIONARY, "TIFF")


def dictionary_bytes(stream: bytes) -> int:
    """The largest dictionary in the header of a stream's first block; 0 if there is none."""
    if not stream.startswith(_MAGIC) or len(stream) <= _HEAD:
        return 0
    header = iter(stream[_HEAD : _HEAD + 4 * (stream[_HEAD] + 1)][1:])
    flags = next(header, 0)
    for size in (_COMPRESSED, _UNCOMPRESSED):
        if flags & size:
            _number(header)
    return max(_dictionary(header) for _ in range((flags & _FILTERS) + 1))


def _dictionary(header: Iterator[int]) -> int:
    """Of the next filter (5.3.1): the sizes are two or three times a power of two."""
    kind = _number(header)
    properties = [next(header, 0) for _ in range(min(_number(header), _LONGEST))]
    if kind != _LZMA2 or not properties:
        return 0
    bits = properties[0] & 0x3F
    return (2 | bits & 1) << (bits // 2 + 11)


def _number(header: Iterator[int]) -> int:
    """A number in seven bits a byte, the lowest first (1.2)."""
    value = 0
    for shift in range(0, 63, 7):
        byte = next(header, 0)
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return value
