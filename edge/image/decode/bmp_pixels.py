"""The pixels of a BMP file, decoded."""

from __future__ import annotations

from functools import reduce

from PIL import Image, ImageChops

from edge.image.decode.bmp_header import BmpHeader, Masks
from edge.image.decode.bmp_runs import decode_runs

#: How Pillow unpacks the numbers of colours, by the bits of each; and a mode with as many bytes as a pixel.
_UNPACKERS = {1: "P;1", 2: "P;2", 4: "P;4", 8: "P"}
_BYTES = {16: "LA", 24: "RGB", 32: "RGBA"}
_SAME = list(range(256))


def mode_of(header: BmpHeader) -> str:
    """The mode of the decoded pixels."""
    if header.masks:
        return "RGBA" if header.masks[3] else "RGB"
    return "L" if _is_grey(header.palette) and header.bits < 16 else "RGB"


def decode_pixels(body: bytes, header: BmpHeader) -> Image.Image:
    """All pixels: L, RGB, or RGBA if there is an alpha mask.

    Raises an exception if the file is cut off before the last pixel.
    """
    if header.runs:
        return _from_runs(body, header)
    data = _rows(body, header)
    if header.masks:
        return _from_masks(_unpacked(data, header, _BYTES[header.bits]), header.masks)
    return _coloured(_unpacked(data, header, "P", _UNPACKERS[header.bits]), header.palette)


def _rows(body: bytes, header: BmpHeader) -> bytes:
    """The bytes of all rows. The padding of the last one may be missing."""
    data = body[header.data : header.data + header.stride * header.size[1]]
    missing = header.stride * header.size[1] - len(data)
    if missing > header.stride - (header.size[0] * header.bits + 7) // 8:
        raise EOFError(f"{missing} bytes are missing")
    return data.ljust(len(data) + missing, b"\0")


def _unpacked(
    data: bytes | bytearray, header: BmpHeader, mode: str, raw_mode: str = "", stride: int = 0
) -> Image.Image:
    """Rows, bottom row first unless the header says otherwise."""
    order = 1 if header.top_down else -1
    return Image.frombytes(mode, header.size, data, "raw", raw_mode or mode, stride or header.stride, order)


def _from_runs(body: bytes, header: BmpHeader) -> Image.Image:
    """Pixels that the runs skip are black, as in Chromium."""
    pixels, skipped = decode_runs(body[header.data :], header.size, header.bits)
    width = header.size[0]
    if header.bits == 24:
        image = _unpacked(pixels, header, "RGB", "BGR", 3 * width)
    else:
        image = _coloured(_unpacked(pixels, header, "P", "P", width), header.palette)
    if skipped:
        image.paste(0, mask=_unpacked(skipped, header, "L", "L", width))
    return image


def _coloured(numbers: Image.Image, palette: bytes) -> Image.Image:
    """``numbers`` (P) as L or RGB. Those without a colour are black."""
    numbers.putpalette(palette.ljust(768, b"\0"))
    return numbers.convert("L" if _is_grey(palette) else "RGB")


def _is_grey(palette: bytes) -> bool:
    return palette[0::3] == palette[1::3] == palette[2::3]


def _from_masks(pixels: Image.Image, masks: Masks) -> Image.Image:
    """``pixels`` has a band for each byte of a pixel, the lowest first."""
    planes = pixels.split()
    mode = "RGBA" if masks[3] else "RGB"
    return Image.merge(mode, [_channel(planes, mask) for mask in masks[: len(mode)]])


def _channel(planes: tuple[Image.Image, ...], mask: int) -> Image.Image:
    """The upper eight of the bits in ``mask``, or all of fewer, scaled to 0 to 255. No bits are black."""
    if not mask:
        return Image.new("L", planes[0].size)
    lowest = (mask & -mask).bit_length() - 1
    bits = min(mask.bit_length() - lowest, 8)
    shift, most = mask.bit_length() - bits, (1 << bits) - 1
    parts = []
    for index, plane in enumerate(planes):
        table = [(byte << 8 * index) >> shift & most for byte in range(256)]
        if any(table):
            parts.append(plane if table == _SAME else plane.point(table))
    value = reduce(ImageChops.add, parts)
    return value if bits == 8 else value.point([min(part, most) * 255 / most for part in range(256)])
