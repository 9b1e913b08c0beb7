"""The sequence header of an AV1 stream: https://aomediacodec.github.io/av1-spec/#sequence-header-obu-syntax"""

from __future__ import annotations

from dataclasses import dataclass

#: Primaries, transfer and matrix (numbers of ITU-T H.273), and whether the range is full.
Nclx = tuple[int, int, int, bool]

#: A tool is on or off for each frame.
EITHER = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """A coded image. One pixel of all its planes takes ``half_bytes`` halves of a byte."""

    width: int
    height: int
    half_bytes: int

    @property
    def bytes(self) -> int:
        return self.width * self.height * self.half_bytes // 2


@dataclass(frozen=True, slots=True)
class SequenceHeader:
    """The parts of a sequence header that sizes and colours depend on. ``*_bits`` are lengths of fields."""

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
        """A frame of the sequence's size or, if it has one of its own, of the largest that it can declare."""
        size = (1 << self.width_bits, 1 << self.height_bits) if own_size else (self.width, self.height)
        return Frame(*size, self.half_bytes)


class BitReader:
    """Reads big-endian bits. After the end there are zeros, which no decoder accepts as a header."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._left = 8 * len(data)

    def take(self, count: int = 1) -> int:
        self._left -= count
        if self._left < 0:
            return 0
        return self._value >> self._left & (1 << count) - 1

    def skip_uvlc(self) -> None:
        """Skips a number in the variable-length code that AV1 calls uvlc."""
        zeros = 0
        while zeros < 32 and not self.take():
            zeros += 1
        self.take(zeros if zeros < 32 else 0)


def parse_sequence(bits: BitReader) -> SequenceHeader:
    """The sequence header in the payload of a unit."""
    profile, _, reduced = bits.take(3), bits.take(), bool(bits.take())
    delay_bits = _skip_operating_points(bits, reduced=reduced)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(width_bits) + 1, bits.take(height_bits) + 1
    id_bits = bits.take(4) + bits.take(3) + 3 if not reduced and bits.take() else 0
    bits.take(3)  # superblock size, two filters
    screen_tools, integer_motion = (EITHER, EITHER) if reduced else _tools(bits)
    bits.take(3)  # superresolution, CDEF, restoration
    half_bytes, nclx = _colours(bits, profile)
    return SequenceHeader(
        reduced=reduced,
        delay_bits=delay_bits,
        width_bits=width_bits,
        height_bits=height_bits,
        width=width,
        height=height,
        id_bits=id_bits,
        screen_tools=screen_tools,
        integer_motion=integer_motion,
        half_bytes=half_bytes,
        nclx=nclx,
    )


def _tools(bits: BitReader) -> tuple[int, int]:
    """Whether frames use screen content tools, and integer motion vectors."""
    bits.take(4)  # compound prediction, warped and dual motion
    has_order_hint = bits.take()
    bits.take(2 if has_order_hint else 0)
    screen_tools = EITHER if bits.take() else bits.take()
    integer_motion = EITHER if not screen_tools or bits.take() else bits.take()
    bits.take(3 if has_order_hint else 0)
    return screen_tools, integer_motion


def _skip_operating_points(bits: BitReader, *, reduced: bool) -> int:
    """How many bits of each frame's header say when it is shown."""
    if reduced:
        bits.take(5)
        return 0
    model = buffer_bits = delay_bits = 0
    if bits.take():
        bits.take(64)
        equal = bits.take()
        if equal:
            bits.skip_uvlc()
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


def _colours(bits: BitReader, profile: int) -> tuple[int, Nclx]:
    """How many half bytes a pixel takes, and what its values mean."""
    deep = bits.take()
    if profile == 2 and deep:
        bits.take()  # 12 bits
    grey = profile != 1 and bits.take()
    described = (bits.take(8), bits.take(8), bits.take(8)) if bits.take() else (2, 2, 2)
    full = (not grey and described == (1, 13, 0)) or bool(bits.take())
    samples = 2 if grey else 3 if profile == 0 else 6
    return samples * (2 if deep else 1), (*described, full)
