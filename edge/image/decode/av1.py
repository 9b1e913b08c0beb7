"""What an AV1 stream makes its decoder allocate, read from its headers: nothing here decodes a pixel.

A decoder goes by the stream's own sizes, whatever the file round it says, and dav1d takes from a frame's header a
size above the sequence's. The syntax: https://aomediacodec.github.io/av1-spec/#obu-syntax, sections 5.3 to 5.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SEQUENCE, _FRAME_HEADERS = 1, (3, 6, 7)
#: What a header's own bits are looked for in: the longest sequence header has 32 operating points of 12 bytes.
_HEADER_BYTES = 512
_SWITCH_FRAME, _KEY_FRAME = 3, 0
_EITHER = 2

Nclx = tuple[int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Sequence:
    """The parts of a sequence header that sizes and colours hang on. ``*_bits`` are lengths of fields."""

    reduced: bool
    delay_bits: int
    width_bits: int
    height_bits: int
    width: int
    height: int
    id_bits: int
    screen_tools: int
    integer_motion: int
    half_bytes: int
    nclx: Nclx

    def frame(self, *, own_size: bool) -> Frame:
        """A frame of the sequence's size or, where it has one of its own, of the biggest that it can say."""
        size = (1 << self.width_bits, 1 << self.height_bits) if own_size else (self.width, self.height)
        return Frame(*size, self.half_bytes)


@dataclass(frozen=True, slots=True)
class Frame:
    """A coded picture. A pixel of all its planes takes ``half_bytes``."""

    width: int
    height: int
    half_bytes: int

    @property
    def bytes(self) -> int:
        return self.width * self.height * self.half_bytes // 2


Header = Sequence | Frame | None


class _Bits:
    """Reads big-endian bits. Behind the end there are zeros, which no decoder would take for a header."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._left = 8 * len(data)

    def take(self, count: int = 1) -> int:
        self._left -= count
        if self._left < 0:
            return 0
        return self._value >> self._left & (1 << count) - 1

    def take_uvlc(self) -> int:
        zeros = 0
        while zeros < 32 and not self.take():
            zeros += 1
        return self.take(zeros) + (1 << zeros) - 1 if zeros < 32 else 0


def headers(samples: Iterable[memoryview]) -> Iterator[Header]:
    """For each unit of a stream: a sequence's header, a frame's, or None for what is neither."""
    sequence: Sequence | None = None
    for kind, payload in (unit for sample in samples for unit in _units(sample)):
        if kind == _SEQUENCE:
            yield (sequence := _sequence(_Bits(payload)))
        elif kind in _FRAME_HEADERS and sequence:
            yield sequence.frame(own_size=_has_own_size(_Bits(payload), sequence))
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
    value = 0
    for index, byte in enumerate(data[position : position + 8]):
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value, position + index + 1
    return len(data), position


def _sequence(bits: _Bits) -> Sequence:
    profile, _, reduced = bits.take(3), bits.take(), bool(bits.take())
    delay_bits = _skip_operating_points(bits, reduced=reduced)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(width_bits) + 1, bits.take(height_bits) + 1
    id_bits = bits.take(4) + bits.take(3) + 3 if not reduced and bits.take() else 0
    bits.take(3)  # superblocks, filters
    screen_tools = integer_motion = _EITHER
    if not reduced:
        bits.take(4)  # ways to predict
        ordered = bits.take()
        bits.take(2 if ordered else 0)
        screen_tools = _EITHER if bits.take() else bits.take()
        integer_motion = _EITHER if not screen_tools or bits.take() else bits.take()
        bits.take(3 if ordered else 0)
    bits.take(3)  # more filters
    half_bytes, nclx = _colours(bits, profile)
    return Sequence(
        reduced,
        delay_bits,
        width_bits,
        height_bits,
        width,
        height,
        id_bits,
        screen_tools,
        integer_motion,
        half_bytes,
        nclx,
    )


def _skip_operating_points(bits: _Bits, *, reduced: bool) -> int:
    """How many bits of each frame's header say when it is shown."""
    if reduced:
        bits.take(5)
        return 0
    model = buffer_bits = delay_bits = 0
    if bits.take():
        bits.take(64)
        equal = bits.take()
        if equal:
            bits.take_uvlc()
        model = bits.take()
        if model:
            buffer_bits = bits.take(5) + 1
            bits.take(37)
            delay_bits = bits.take(5) + 1
            delay_bits = 0 if equal else delay_bits
    display = bits.take()
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        bits.take(bits.take(5) > 7)
        if model and bits.take():
            bits.take(2 * buffer_bits + 1)
        if display and bits.take():
            bits.take(4)
    return delay_bits


def _colours(bits: _Bits, profile: int) -> tuple[int, Nclx]:
    """How many half bytes a pixel takes, and what its values mean."""
    deep = bits.take()
    if profile == 2 and deep:
        bits.take()  # 12 bit
    grey = profile != 1 and bits.take()
    described = (bits.take(8), bits.take(8), bits.take(8)) if bits.take() else (2, 2, 2)
    full = (not grey and described == (1, 13, 0)) or bool(bits.take())
    samples = 2 if grey else 3 if profile == 0 else 6
    return samples * (2 if deep else 1), (*described, full)


def _has_own_size(bits: _Bits, sequence: Sequence) -> bool:
    if sequence.reduced or bits.take():  # the latter shows a frame that is there already
        return False
    kind, shown = bits.take(2), bits.take()
    bits.take(sequence.delay_bits if shown else 1)
    if not (kind == _SWITCH_FRAME or (kind == _KEY_FRAME and shown)):
        bits.take()  # resilience
    bits.take()
    tools = bits.take() if sequence.screen_tools == _EITHER else sequence.screen_tools
    if tools and sequence.integer_motion == _EITHER:
        bits.take()
    bits.take(sequence.id_bits)
    return kind == _SWITCH_FRAME or bool(bits.take())
