"""APNGs, opened as browsers do.

Pillow's own reader blends wrongly into what is transparent or has a palette, and plays on top of the default picture.
Here the chunks are read, and Pillow is given each frame as a PNG of its own.
https://www.w3.org/TR/png-3/#apng-frame-based-animation
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import takewhile

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image.decode import png
from edge.image.decode.composition import Composed, Part, Then

Chunk = tuple[bytes, memoryview]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 1_000_000
#: What a frame needs, to be decoded, of the chunks before the first.
_OF_COLOURS = frozenset({b"PLTE", b"tRNS"})
#: Sequence number, width, height, left, top, the delay as a fraction of a second, what comes then, how it is blended.
_CONTROL = struct.Struct(">5I2H2B")
_THEN = (Then.KEEP, Then.CLEAR, Then.RESTORE)
_OVER = 1


def opened(body: bytes, most: int) -> Image.Image:
    """The PNG; a `Composed` where it has frames, of which no more than ``most`` are looked for.

    One whose animation breaks the rules is the picture that it is to those who know no animations. Raises
    `SourceRefused` where it is cut short, and whatever Pillow raises.
    """
    if b"acTL" not in body[: body.find(b"IDAT")]:  # where it must be, and of megabytes not looked for
        return png.opened(body)
    chunks = list(_chunks(body))
    still = png.opened(body)
    before = list(takewhile(lambda chunk: chunk[0] != b"IDAT", chunks))
    control = dict(before).get(b"acTL", memoryview(bytes(8)))
    frames = _frames(chunks, min(most, _u32(control)))
    try:
        parts = [_part(before, *frame, still) for frame in frames]
    except (struct.error, ValueError, IndexError):
        parts = []
    if not parts:
        return still
    poster = Part(lambda: still, (0, 0, *still.size)) if len(parts) > 1 else parts[0]
    return Composed("PNG", still.size, parts, poster, _u32(control[4:]), still.info)


def _chunks(body: bytes) -> Iterator[Chunk]:
    """Each chunk's name and content."""
    file, position = memoryview(body), len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        end = position + 12 + _u32(file[position:])
        if end > len(file):
            raise SourceRefused.damaged("The PNG file is damaged or cut short.")
        name = bytes(file[position + 4 : position + 8])
        yield name, file[position + 8 : end - 4]
        if name == b"IEND":
            return
        position = end
    raise SourceRefused.damaged("The PNG file is damaged: it is made of too many pieces.")


def _frames(chunks: Iterable[Chunk], most: int) -> list[tuple[memoryview, list[memoryview]]]:
    """Each frame's control chunk, and the pieces of its data; none where they are not in their order."""
    frames: list[tuple[memoryview, list[memoryview]]] = []
    numbered = 0
    for name, data in chunks:
        if name in (b"fcTL", b"fdAT"):
            if _u32(data) != numbered:
                return []
            numbered += 1
        if name == b"fcTL":
            if len(frames) == most:
                break
            frames.append((data, []))
        elif frames and name in (b"IDAT", b"fdAT"):
            frames[-1][1].append(data[4:] if name == b"fdAT" else data)
    return frames


def _part(before: Sequence[Chunk], control: memoryview, data: Sequence[memoryview], still: Image.Image) -> Part:
    """Raises `ValueError`, `IndexError` or `struct.error` where the rules are broken."""
    _, width, height, left, top, part, whole, then, blend = _CONTROL.unpack(control)
    region = left, top, left + width, top + height
    if not (data and width and height and region[2] <= still.width and region[3] <= still.height):
        raise ValueError("no frame of this picture")
    header = memoryview(struct.pack(">2I", width, height) + bytes(before[0][1][8:]))
    colours = [chunk for chunk in before if chunk[0] in _OF_COLOURS]
    pieces = [(b"IHDR", header), *colours, *((b"IDAT", piece) for piece in data), (b"IEND", memoryview(b""))]
    return Part(partial(_png, pieces), region, 1000 * part / (whole or 100), _THEN[then], blend == _OVER)


def _png(chunks: Iterable[Chunk]) -> Image.Image:
    pieces: list[bytes | memoryview] = [_SIGNATURE]
    for name, data in chunks:
        checked = zlib.crc32(data, zlib.crc32(name))
        pieces += [struct.pack(">I4s", len(data), name), data, struct.pack(">I", checked)]
    return png.opened(b"".join(pieces))


def _u32(data: bytes | memoryview) -> int:
    return int.from_bytes(data[:4])
