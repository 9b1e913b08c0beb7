"""Damages valid files: random bytes, and the parts of which each format consists.

Parsers stop at the first part they do not recognize, so random bytes mostly test the first checks. Complete parts that
are swapped, repeated, truncated or mislabelled reach further.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from random import Random

_PNG = b"\x89PNG\r\n\x1a\n"
_NUMBERS = (0, 1, 2, 7, 8, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
#: AVIF boxes that contain boxes, and the number of bytes before the first of these.
_HOLDERS = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0}


def mutated(body: bytes, others: Sequence[bytes], random: Random, most: int = 4) -> bytes:
    """``body`` with up to ``most`` changes, some of which insert parts of ``others``."""
    for _ in range(random.randint(1, most)):
        body = random.choice(_CHANGES)(body, others, random) or body[:1]
    return body if random.randint(0, 7) == 0 else with_checksums(body)


def _number(body: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    """Replace an integer by a boundary value, or change it by one."""
    size = random.choice((1, 2, 4))
    at = _place(body, random)
    order = random.choice(("<", ">"))
    code = order + {1: "B", 2: "H", 4: "I"}[size]
    mask = (1 << 8 * size) - 1
    was = int.from_bytes(body[at : at + size], "little" if order == "<" else "big")
    value = random.choice(_NUMBERS) if random.randint(0, 2) else was + random.choice((-1, 1))
    return body[:at] + struct.pack(code, value & mask) + body[at + size :]


def _bit(body: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    at = _place(body, random)
    return body[:at] + bytes([body[at] ^ 1 << random.randint(0, 7)]) + body[at + 1 :] if body else body


def _cut(body: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    return body[: random.randint(min(len(body), 12), len(body))]


def _without(body: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    at = _place(body, random)
    return body[:at] + body[at + random.randint(1, 16) :]


def _again(body: bytes, _others: Sequence[bytes], random: Random) -> bytes:
    at, length = _place(body, random), random.randint(1, 64)
    return body[: at + length] + body[at : at + length] * random.choice((1, 1, 2, 50)) + body[at + length :]


def _spliced(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(others)
    return body[: random.randint(0, len(body))] + other[random.randint(0, len(other)) :]


def _parts_changed(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Swap, repeat, remove or truncate a part, or insert one of another file."""
    parts = list(pieces(body))
    at, other = random.randrange(len(parts)), random.randrange(len(parts))
    match random.randint(0, 4):
        case 0:
            parts[at], parts[other] = parts[other], parts[at]
        case 1:
            parts[at:at] = [parts[other]] * random.choice((1, 1, 3, 300))
        case 2:
            del parts[at]
        case 3:
            parts[at:at] = [random.choice(list(pieces(random.choice(others))))]
        case _:
            parts[at] = parts[at][: random.randint(0, len(parts[at]))]
    return b"".join(parts)


def _wrong_number(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Change a number near the start of a part, where its length and dimensions are."""
    parts = list(pieces(body))
    at = random.randrange(len(parts))
    parts[at] = _number(parts[at][:24], others, random) + parts[at][24:] if parts[at] else b""
    return b"".join(parts)


_Change = Callable[[bytes, Sequence[bytes], Random], bytes]
_CHANGES: tuple[_Change, ...] = (
    _number,
    _bit,
    _cut,
    _without,
    _again,
    _spliced,
    _parts_changed,
    _wrong_number,
    _wrong_number,
    _wrong_number,
)


def _place(body: bytes, random: Random) -> int:
    """A random offset, mostly near the start, where headers are."""
    end = max(len(body) - 1, 0)
    return random.randint(0, min(end, random.choice((32, 200, end))))


def pieces(body: bytes) -> Iterator[bytes]:
    """The chunks, segments, boxes or blocks of ``body``, in order and complete."""
    if body.startswith(_PNG):
        yield _PNG
        yield from _chunks(body, 8, lambda at: 12 + int.from_bytes(body[at : at + 4]))
    elif body.startswith(b"RIFF"):
        yield body[:12]
        yield from _chunks(body, 12, lambda at: 8 + (int.from_bytes(body[at + 4 : at + 8], "little") + 1 & ~1))
    elif body.startswith(b"\xff\xd8"):
        yield body[:2]
        yield from _chunks(body, 2, lambda at: _segment(body, at))
    elif body[4:8] == b"ftyp":
        yield from _boxes(body)
    elif body[:2] in (b"II", b"MM"):
        yield from _entries(body)
    else:
        yield from _chunks(body, 0, lambda _at: 16)


def _chunks(body: bytes, at: int, length: Callable[[int], int]) -> Iterator[bytes]:
    while at < len(body):
        end = at + max(length(at), 1)
        yield body[at:end]
        at = end


def _segment(body: bytes, at: int) -> int:
    """The length of a JPEG segment; a scan extends to the end of the file."""
    if body[at + 1 : at + 2] == b"\xda":
        return len(body) - at
    return 2 + int.from_bytes(body[at + 2 : at + 4])


def _entries(body: bytes) -> Iterator[bytes]:
    """A TIFF's pixels, the entries of its first directory, and the rest of the file."""
    directory = int.from_bytes(body[4:8], "little" if body[:1] == b"I" else "big") + 2
    yield body[:directory]
    yield from _chunks(body, directory, lambda at: 12 if at < directory + 12 * 20 else len(body))


def _boxes(body: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(body):
        size, name = int.from_bytes(body[at : at + 4]), body[at + 4 : at + 8]
        end = at + size if size >= 8 else len(body)
        if name in _HOLDERS:
            inner = at + 8 + _HOLDERS[name]
            yield body[at:inner]
            yield from _boxes(body[inner:end])
        else:
            yield body[at:end]
        at = end


def with_checksums(body: bytes) -> bytes:
    """A PNG with corrected checksums, so that readers do not stop at the first. Other files are returned unchanged."""
    if not body.startswith(_PNG):
        return body
    return b"".join(_checked(part) for part in pieces(body))


def _checked(chunk: bytes) -> bytes:
    if chunk == _PNG or len(chunk) < 12:
        return chunk
    return chunk[:-4] + struct.pack(">I", zlib.crc32(chunk[4:-4]))
