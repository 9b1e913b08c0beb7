"""Run-length encoded pixels of a BMP: https://learn.microsoft.com/windows/win32/gdi/bitmap-compression"""

from __future__ import annotations

from edge.image.geometry import Size

#: What the second byte of a code means if the first is 0; from 3 on it is a number of pixels that follow.
_END_OF_LINE, _END, _MOVE = 0, 1, 2
_NIBBLES = bytes.maketrans(b"0123456789abcdef", bytes(range(16)))


def decode_runs(data: bytes, size: Size, bits: int) -> tuple[bytearray, bytearray | None]:
    """The pixels in the order of the file; and 255 for each that is skipped, 0 for each that is stored.

    A pixel has a byte or, with 24 ``bits``, three. The second is None if no pixel is skipped. Runs end with their row,
    as in browsers. Raises `IndexError` if the data is cut off before the last pixel.
    """
    width, total, unit = size[0], size[0] * size[1], 3 if bits == 24 else 1
    pixels, skipped = bytearray(unit * total), bytearray(total)
    x = y = position = 0
    while (start := y * width + x) < total:
        count, code = data[position], data[position + 1]
        position += 2
        if count or code > _MOVE:
            run, used = _repeated(data, position - 1, count, bits) if count else _literal(data, position, code, bits)
            stored = min(count or code, width - x)
            pixels[unit * start : unit * (start + stored)] = run[: unit * stored]
            x += stored
        else:
            x, y, used = _moved(data, position, code, (x, y), size)
            end = min(y * width + x, total)
            skipped[start:end] = b"\xff" * (end - start)
        position += used
    return pixels, skipped if 255 in skipped else None


def _moved(data: bytes, position: int, code: int, place: tuple[int, int], size: Size) -> tuple[int, int, int]:
    """Where the next pixel goes, and how many bytes were read."""
    x, y = place
    if code == _END:
        return 0, size[1], 0
    if code == _END_OF_LINE:
        return 0, y + 1, 0
    return min(x + data[position], size[0]), y + data[position + 1], 2


def _repeated(data: bytes, position: int, count: int, bits: int) -> tuple[bytes, int]:
    """``count`` pixels of the same bytes, and how many bytes were read after the first."""
    if bits == 24:
        return bytes((data[position], data[position + 1], data[position + 2])) * count, 2
    value = data[position]
    pattern = bytes((value >> 4, value & 15)) if bits == 4 else bytes((value,))
    return pattern * count, 0


def _literal(data: bytes, position: int, count: int, bits: int) -> tuple[bytes, int]:
    """``count`` pixels, and how many bytes they take: an even number."""
    length = (count * bits + 7) // 8
    stored = data[position : position + length]
    if len(stored) < length:
        raise IndexError("the data is cut off")
    return stored.hex().encode().translate(_NIBBLES) if bits == 4 else stored, length + length % 2
