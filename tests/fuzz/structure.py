"""Changes to the parts of a file whose container is known: `tests.fuzz.containers`, `tests.fuzz.fields`.

Bytes changed at random mostly fail a reader's first checks. Here lengths and checksums are right, or wrong on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from tests.fuzz.containers import (
    BoxContainer,
    Container,
    GifContainer,
    JpegContainer,
    Part,
    PngContainer,
    RiffContainer,
)
from tests.fuzz.fields import BmpContainer, TiffContainer

CONTAINERS: tuple[Container, ...] = (
    PngContainer(),
    RiffContainer(),
    JpegContainer(),
    GifContainer(),
    BoxContainer(),
    TiffContainer(),
    BmpContainer(),
)
_EXTREMES = (0, 1, 2, 7, 8, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 2**24 - 1, 2**31 - 1, 2**31, 2**32 - 1)
_MOST_PARTS = 5000


def container_of(body: bytes) -> Container | None:
    """The container of ``body``; None if it is of none of them."""
    return next((each for each in CONTAINERS if each.matches(body)), None)


def restructured(body: bytes, others: Sequence[bytes], random: Random, most: int = 3) -> bytes:
    """``body`` with up to ``most`` changes to its parts, some of which come from ``others`` of its kind."""
    container = container_of(body)
    if container is None:
        return body
    header, parts = container.take_apart(body)
    donors = [other for other in others if container.matches(other)]
    foreign = container.take_apart(random.choice(donors))[1] if donors else []
    for _ in range(random.randint(1, most)):
        parts = _changed(container, parts, foreign, random)
    return container.put_together(header, parts[:_MOST_PARTS])


def with_changed_metadata(body: bytes, random: Random) -> bytes | None:
    """``body`` with parts of metadata cut short, repeated or left out, or one more: the picture must stay.

    None if its container has no metadata.
    """
    container = container_of(body)
    if container is None or not container.metadata:
        return None
    header, parts = container.take_apart(body)
    changed: list[Part] = []
    for part in parts:
        changed += random.choice(_HARMLESS)(part, random) if part.name in container.metadata else [part]
    name = random.choice(sorted(container.metadata))
    changed.insert(min(1, len(changed)), Part(name, random.randbytes(random.choice((0, 1, 5, 12, 14, 100)))))
    return container.put_together(header, changed)


_HARMLESS: tuple[Callable[[Part, Random], list[Part]], ...] = (
    lambda part, _: [part],
    lambda _part, _: [],
    lambda part, _: [part, part],
    lambda part, random: [replace(part, content=part.content[: random.randint(0, len(part.content))])],
)


def _changed(container: Container, parts: list[Part], foreign: list[Part], random: Random) -> list[Part]:
    """One change, which may be to the parts of a part."""
    if not parts:
        return list(foreign)
    at = random.randrange(len(parts))
    part = parts[at]
    before = container.holders.get(part.name)
    if before is not None and random.randint(0, 3):
        inner = list(container.read(part.content, before))
        within = b"".join(map(container.write, _changed(container, inner, foreign, random)))
        return [*parts[:at], replace(part, content=part.content[:before] + within), *parts[at + 1 :]]
    change = random.choice(_CHANGES)
    return change(list(parts), at, foreign, random)


def _dropped(parts: list[Part], at: int, _foreign: list[Part], _random: Random) -> list[Part]:
    del parts[at]
    return parts


def _repeated(parts: list[Part], at: int, _foreign: list[Part], random: Random) -> list[Part]:
    other = random.randint(0, len(parts))
    parts[other:other] = [parts[at]] * random.choice((1, 1, 1, 3, 300))
    return parts


def _swapped(parts: list[Part], at: int, _foreign: list[Part], random: Random) -> list[Part]:
    other = random.randrange(len(parts))
    parts[at], parts[other] = parts[other], parts[at]
    return parts


def _cut(parts: list[Part], at: int, _foreign: list[Part], random: Random) -> list[Part]:
    """With its new length, with its old one, or with any."""
    content = parts[at].content
    claimed = random.choice((None, None, len(content), random.choice(_EXTREMES)))
    parts[at] = Part(parts[at].name, content[: random.randint(0, len(content))], _bounded(claimed))
    return parts


def _lengthened(parts: list[Part], at: int, _foreign: list[Part], random: Random) -> list[Part]:
    content = parts[at].content
    more = random.choice((bytes(1), bytes(99), content[:64], random.randbytes(9)))
    claimed = random.choice((None, None, len(content), random.choice(_EXTREMES)))
    parts[at] = Part(parts[at].name, content + more, _bounded(claimed))
    return parts


def _bounded(claimed: int | None) -> int | None:
    return None if claimed is None else claimed & 0x7FFFFFFF


def _renumbered(parts: list[Part], at: int, _foreign: list[Part], random: Random) -> list[Part]:
    """A number in the content becomes an extreme, or one more or less. Most are near the start."""
    content = bytearray(parts[at].content)
    if not content:
        return parts
    size, order = random.choice((1, 2, 4)), random.choice(("little", "big"))
    position = random.randint(0, min(len(content) - 1, random.choice((4, 24, len(content)))))
    old = int.from_bytes(content[position : position + size], order)  # type: ignore[arg-type]
    new = random.choice((*_EXTREMES, old + 1, old - 1, old * 2)) & (1 << 8 * size) - 1
    content[position : position + size] = new.to_bytes(size, order)  # type: ignore[arg-type]
    parts[at] = replace(parts[at], content=bytes(content))
    return parts


def _renamed(parts: list[Part], at: int, foreign: list[Part], random: Random) -> list[Part]:
    same = [part.name for part in (*parts, *foreign) if len(part.name) == len(parts[at].name)]
    parts[at] = replace(parts[at], name=random.choice(same))
    return parts


def _foreign_inserted(parts: list[Part], at: int, foreign: list[Part], random: Random) -> list[Part]:
    """A part of another file, or all of it from some part on."""
    if foreign:
        first = random.randrange(len(foreign))
        if random.randint(0, 3):
            parts[at : at + random.randint(0, 1)] = [foreign[first]]
        else:
            parts[at:] = foreign[first:]
    return parts


_Change = Callable[[list[Part], int, list[Part], Random], list[Part]]
_CHANGES: tuple[_Change, ...] = (
    _dropped,
    _repeated,
    _swapped,
    _cut,
    _lengthened,
    _renumbered,
    _renumbered,
    _renumbered,
    _renumbered,
    _renamed,
    _foreign_inserted,
)
