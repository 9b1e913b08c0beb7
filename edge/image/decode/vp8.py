"""The quality that a lossy WebP image was saved at, read from its VP8 frame header.

https://www.rfc-editor.org/rfc/rfc6386#section-19.2
"""

from __future__ import annotations

from statistics import fmean

#: Of libwebp: https://github.com/webmproject/libwebp/blob/main/src/enc/quant_enc.c (QualityToCompression).
_MAX_QUANTIZER = 127
#: How much of a frame `quality` needs: the header has fewer bits.
HEADER_BYTES = 128


def quality(frame: bytes) -> float | None:
    """libwebp's quality, 0 to 100, that a key frame was saved at, within some points; None if it is no key frame."""
    if frame[3:6] != b"\x9d\x01\x2a":
        return None
    share = 1 - fmean(_quantizers(_BoolDecoder(frame[10:HEADER_BYTES]))) / _MAX_QUANTIZER
    return 100 * _linear(max(0.0, share) ** 3)


def _linear(share: float) -> float:
    return share * 1.5 if share < 0.5 else (share + 1) / 2


def _quantizers(bits: _BoolDecoder) -> list[int]:
    """The quantizer index, 0 to 127, of each segment, or of the whole frame."""
    bits.take(2)  # colour space, clamping
    absolute, changes = _segments(bits) if bits.take() else (False, [])
    bits.take(10)  # the loop filter's type, level and sharpness
    if bits.take() and bits.take():
        for _ in range(8):
            bits.take_signed(6)
    bits.take(2)  # partitions
    base = bits.take(7)
    return [change if absolute else base + change for change in changes] or [base]


def _segments(bits: _BoolDecoder) -> tuple[bool, list[int]]:
    """Whether the segments' quantizers are absolute, and the quantizers or their differences from the base."""
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


class _BoolDecoder:
    """VP8's boolean decoder for even probabilities, which headers use. There are zeros after the end of the data.

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
        """A number with a flag before it; 0 if the flag is not set."""
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
