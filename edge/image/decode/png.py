"""PNGs, opened with what Pillow leaves to be done, and decoded by image-rs where it takes half of Pillow's time.

Pillow undoes PNG's filters a byte at a time, image-rs with vector instructions. Both give the same pixels, since a PNG
loses none; whatever image-rs does not take is Pillow's to decode or to refuse: docs/decisions/009-png.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from math import ceil
from types import MappingProxyType
from zlib import crc32

from PIL import Image, PngImagePlugin

from edge.image.colour import icc
from edge.image.geometry import Size

#: How Pillow reads samples of other than eight bits, to what they become where it makes eight of them.
_SAMPLES: Mapping[str, Callable[[int], int]] = MappingProxyType(
    {"L;2": lambda sample: (sample & 3) * 85, "L;4": lambda sample: (sample & 15) * 17, "RGB;16B": lambda s: s >> 8}
)
_PLAIN = frozenset({"L", "LA", "RGB", "RGBA"})
#: Pixels up to which there is room for them twice.
_MOST_PIXELS = 32_000_000
_STRIP = 1 << 18
#: Chunks of what moves: https://www.w3.org/TR/png-3/#apng-frame-based-animation
_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
#: Chunks with a name, a zero, and the method of compression, of which there is one.
_COMPRESSED, _DEFLATED = frozenset({b"iCCP", b"zTXt"}), b"\0"
#: Bytes that chunks have at least: https://www.w3.org/TR/png-3/#11Ancillary-chunks
_LEAST: Mapping[bytes, int] = MappingProxyType({b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9})
#: Those of tRNS for pictures without a palette, by the kind of colours that byte 25 of the file tells.
_COLOURS = 25
_LEAST_CLEAR: Mapping[int, int] = MappingProxyType({0: 2, 2: 6})
_MOST_COLOURS = 256


def opened(body: bytes) -> PngImagePlugin.PngImageFile:
    """The PNG as a still picture. Raises whatever Pillow raises.

    What Pillow does not do: the one colour that is transparent, where there is one, is told in the samples that it will
    have (of 16 bits a channel only the higher eight are compared); a profile may be as big as any; and damage to what
    is said of a picture does not take the picture.
    """
    PngImagePlugin.MAX_TEXT_CHUNK = icc.MOST_BYTES
    image = PngImagePlugin.PngImageFile(BytesIO(_without_broken(body)))
    clear, becomes = image.info.get("transparency"), _SAMPLES.get(str(image.tile[0].args))
    if becomes and clear is not None:
        image.info["transparency"] = becomes(clear) if isinstance(clear, int) else tuple(map(becomes, clear))
    return image


def load(body: bytes, image: Image.Image, by: int) -> tuple[Image.Image, int] | None:
    """The pixels of an opened PNG, and by how much they were shrunk: ``by``, or not at all where some are transparent.

    ``None`` where that is Pillow's to do: what is not of eight bits, has one colour that is transparent, is decoded
    already, big, damaged, or says something of itself behind its pixels.
    """
    if not _is_plain(image) or not _ends_with_pixels(body):
        return None
    import puhu  # here, since each cold start would pay

    try:
        decoded = puhu.open(body)
        size, mode, pixels = decoded.size, decoded.mode, decoded.to_bytes()
        del decoded  # a copy of the pixels that nobody needs any more
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of Rust's is no Exception; whatever is wrong, Pillow finds it too
        return None
    if (size, mode) != (image.size, image.mode):
        return None
    if by > 1 and not mode.endswith("A"):
        return _averaged(mode, size, pixels, by), by
    return Image.frombuffer(mode, size, pixels, "raw", mode, 0, 1), 1


def _averaged(mode: str, size: Size, pixels: bytes, by: int) -> Image.Image:
    """The average of each ``by`` by ``by`` pixels, some rows at a time, since those stay in the processor's cache."""
    width, height = size
    stride, rows = width * len(mode), by * max(1, _STRIP // (width * by))
    result, memory = Image.new(mode, (ceil(width / by), ceil(height / by))), memoryview(pixels)
    for top in range(0, height, rows):
        strip = (width, min(rows, height - top))
        data = bytes(memory[top * stride : (top + rows) * stride])
        result.paste(Image.frombytes(mode, strip, data).reduce(by), (0, top // by))
    return result


def _is_plain(image: Image.Image) -> bool:
    if not isinstance(image, PngImagePlugin.PngImageFile) or not image.tile or "transparency" in image.info:
        return False
    return image.tile[0].args == image.mode in _PLAIN and image.width * image.height <= _MOST_PIXELS


def _without_broken(body: bytes) -> bytes:
    """``body`` without the chunks that a reader can do without and cannot use. libpng passes over the same."""
    kept, position = [], 0
    for name, start, end in _chunks(body):
        if not _is_usable(body, name, start, end):
            kept.append(body[position : start - 8])
            position = end + 4
    return b"".join((*kept, body[position:])) if kept else body


def _is_usable(body: bytes, name: bytes, start: int, end: int) -> bool:
    """Also of what is cut short or has no name, and of the chunks that must be sound: Pillow has its word for those.

    https://www.w3.org/TR/png-3/#5Chunk-naming-conventions (which may be passed over)
    """
    if not (name.isalpha() and name[:1].islower()) or end + 4 > len(body):
        return True
    data = body[start:end]
    if name in _ANIMATION or crc32(data, crc32(name)) != int.from_bytes(body[end : end + 4]):
        return False
    if name in _COMPRESSED:
        return data.partition(b"\0")[2][:1] == _DEFLATED
    if name == b"tRNS":
        return _LEAST_CLEAR.get(body[_COLOURS], 0) <= len(data) <= _MOST_COLOURS
    return len(data) >= _LEAST.get(name, 0)


def cicp(body: bytes) -> bytes:
    """What cICP says, where it stands before the pixels and can be used."""
    for name, start, end in _chunks(body):
        if name == b"IDAT":
            break
        if name == b"cICP" and _is_usable(body, name, start, end):
            return body[start:end]
    return b""


def _ends_with_pixels(body: bytes) -> bool:
    names = [name for name, _, _ in _chunks(body)]
    return b"IDAT" in names and set(names[names.index(b"IDAT") :]) <= {b"IDAT", b"IEND"}


def _chunks(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's name, and where its content starts and ends."""
    position = 8
    for _ in range(_MOST_CHUNKS):
        name, length = body[position + 4 : position + 8], int.from_bytes(body[position : position + 4])
        if not name:
            return
        yield name, position + 8, position + 8 + length
        position += length + 12


#: As many as `pieces.check` takes.
_MOST_CHUNKS = 100_000
