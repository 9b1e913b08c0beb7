"""How finely a lossy WebP was coded, read from its header: nothing here decodes a pixel.

The syntax: https://www.rfc-editor.org/rfc/rfc6386#section-19.2
"""

from __future__ import annotations

from statistics import fmean

from edge.image.decode import riff

#: Of libwebp: https://github.com/webmproject/libwebp/blob/main/src/enc/quant_enc.c (QualityToCompression).
_MOST_STEPS = 127
#: What of a file is read: the header's own bits are fewer.
_HEADER_BYTES = 128


def quality(body: bytes) -> float | None:
    """libwebp's quality, 0 to 100, that a still lossy WebP was saved at, to some points; None of any other file."""
    at = next((start + 8 for name, start, _ in riff.chunks(body) if name == b"VP8 "), len(body))
    frame = body[at : at + _HEADER_BYTES]
    if frame[3:6] != b"\x9d\x01\x2a":
        return None
    share = 1 - fmean(_steps(_Bits(frame[10:]))) / _MOST_STEPS
    return 100 * _linear(max(0.0, share) ** 3)


def _linear(share: float) -> float:
    return share * 1.5 if share < 0.5 else (share + 1) / 2


def _steps(bits: _Bits) -> list[int]:
    """The coarseness, 0 to 127, of each segment, or of the whole."""
    bits.take(2)  # colour space, clamping
    absolute, changes = _segments(bits) if bits.take() else (False, [])
    bits.take(10)  # the filter's kind, level and sharpness
    if bits.take() and bits.take():
        for _ in range(8):
            bits.take_signed(6)
    bits.take(2)  # partitions
    base = bits.take(7)
    return [change if absolute else base + change for change in changes] or [base]


def _segments(bits: _Bits) -> tuple[bool, list[int]]:
    """How coarse each segment is, in itself or beside the base."""
    mapped, absolute, changes = bits.take(), 0, []
    if bits.take():
        absolute = bits.take()
        changes = [bits.take_signed(7) for _ in range(4)]
        for _ in range(4):
            bits.take_signed(6)
    for _ in range(3 if mapped else 0):
        if bits.take():
            bits.take(8)
    return bool(absolute), changes


class _Bits:
    """VP8's boolean decoder where both values are as likely, as all of a header's are. Behind the end there are zeros.

    https://www.rfc-editor.org/rfc/rfc6386#section-7.3
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._range, self._value, self._position, self._left = 255, int.from_bytes(data[:2].ljust(2, b"\0")), 2, 8

    def take(self, count: int = 1) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self._bit()
        return value

    def take_signed(self, count: int) -> int:
        """A number that may be left out, and then is 0."""
        if not self._bit():
            return 0
        value = self.take(count)
        return -value if self._bit() else value

    def _bit(self) -> int:
        split = 1 + (self._range - 1 >> 1)
        bit = self._value >= split << 8
        if bit:
            self._range -= split
            self._value -= split << 8
        else:
            self._range = split
        while self._range < 128:
            self._range <<= 1
            self._value <<= 1
            self._left -= 1
            if not self._left:
                self._value |= self._data[self._position] if self._position < len(self._data) else 0
                self._position, self._left = self._position + 1, 8
        return int(bit)
