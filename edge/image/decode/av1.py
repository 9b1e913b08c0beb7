"""The sizes that an AV1 stream makes its decoder allocate, read from its headers; no pixel is decoded.

A decoder goes by the stream's own sizes, whatever the file around it says, and dav1d accepts frames larger than their
sequence. The syntax: https://aomediacodec.github.io/av1-spec/#obu-syntax, sections 5.3 to 5.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edge.image.decode.av1_sequence import EITHER, BitReader, Frame, SequenceHeader, parse_sequence

_SEQUENCE, _FRAME_HEADERS = 1, (3, 6, 7)
#: How much of a unit is searched: the longest sequence header has 32 operating points of 12 bytes.
_HEADER_BYTES = 512
_SWITCH_FRAME, _KEY_FRAME = 3, 0

Header = SequenceHeader | Frame | None


def headers(samples: Iterable[memoryview]) -> Iterator[Header]:
    """For each unit of a stream: a sequence header, a frame, or None for any other unit."""
    sequence: SequenceHeader | None = None
    for kind, payload in (unit for sample in samples for unit in _units(sample)):
        if kind == _SEQUENCE:
            yield (sequence := parse_sequence(BitReader(payload)))
        elif kind in _FRAME_HEADERS and sequence:
            yield sequence.frame(own_size=_has_own_size(BitReader(payload), sequence))
        else:
            yield None


def _units(data: memoryview) -> Iterator[tuple[int, bytes]]:
    """Each unit's type and the start of its payload."""
    position = 0
    while position < len(data):
        first = data[position]
        position += 2 if first & 4 else 1
        size = len(data) - position
        if first & 2:
            size, position = _leb128(data, position)
        yield first >> 3 & 15, bytes(data[position : position + min(size, _HEADER_BYTES)])
        position += size


def _leb128(data: memoryview, position: int) -> tuple[int, int]:
    """A number in AV1's variable-length code, and the position after it."""
    value = 0
    for index, byte in enumerate(data[position : position + 8]):
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value, position + index + 1
    return len(data), position


def _has_own_size(bits: BitReader, sequence: SequenceHeader) -> bool:
    """Whether a frame's header declares a size of its own."""
    if sequence.reduced or bits.take():  # the latter shows an existing frame
        return False
    kind, shown = bits.take(2), bits.take()
    bits.take(sequence.delay_bits if shown else 1)
    if not (kind == _SWITCH_FRAME or (kind == _KEY_FRAME and shown)):
        bits.take()  # error resilience
    bits.take()
    tools = bits.take() if sequence.screen_tools == EITHER else sequence.screen_tools
    if tools and sequence.integer_motion == EITHER:
        bits.take()
    bits.take(sequence.id_bits)
    return kind == _SWITCH_FRAME or bool(bits.take())
