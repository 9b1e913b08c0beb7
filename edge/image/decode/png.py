"""PNG files, opened by Pillow with what it leaves to be done: docs/decisions/009-png.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType
from zlib import crc32

from PIL import PngImagePlugin

from edge.image import pillow_compat

#: How Pillow reads samples of other than eight bits, to what they become where it makes eight of them.
_SAMPLES: Mapping[str, Callable[[int], int]] = MappingProxyType(
    {"L;2": lambda sample: (sample & 3) * 85, "L;4": lambda sample: (sample & 15) * 17, "RGB;16B": lambda s: s >> 8}
)
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
    image = pillow_compat.PngFile(BytesIO(_without_broken(body)))
    clear, becomes = image.info.get("transparency"), _SAMPLES.get(pillow_compat.png_raw_mode(image))
    if becomes and clear is not None:
        image.info["transparency"] = becomes(clear) if isinstance(clear, int) else tuple(map(becomes, clear))
    return image


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
