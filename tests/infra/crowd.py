"""Visitors who all come at once, and editors' pictures of one colour, by which they are known again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from PIL import Image, ImageColor

from tests.infra.client import Reply
from tests.infra.gate import Gate
from tests.infra.pictures import Place, png

COLOURS = ("red", "blue", "lime", "yellow", "aqua", "fuchsia")
OLD, NEW = "0000000a", "0000000b"
#: The option of the local CloudFront that switches request collapsing off.
ALONE = "--no-collapse"
#: How many of origin-response run at once there; a gate holds no more.
WORKERS = 2


def picture(colour: str) -> bytes:
    return png(Image.new("RGB", (120, 90), colour))


def colour(body: bytes) -> str:
    """One of `COLOURS`, whatever a lossy format has made of it."""
    seen = Image.open(io.BytesIO(body)).convert("RGB").getpixel((9, 9))
    assert isinstance(seen, tuple)
    bits = tuple(value > 128 for value in seen)
    return next(name for name in COLOURS if tuple(value > 128 for value in ImageColor.getrgb(name)) == bits)


@contextmanager
def crowd(place: Place, targets: list[str], method: str = "GET") -> Iterator[list[Future[Reply]]]:
    """A visitor for each of ``targets``, all at once."""
    start = Barrier(len(targets))

    def visit(target: str) -> Reply:
        start.wait()
        return place.get(target, method)

    with ThreadPoolExecutor(len(targets)) as visitors:
        yield [visitors.submit(visit, target) for target in targets]


def rush(place: Place, gate: Gate, targets: list[str], at_once: int) -> list[Reply]:
    """The replies to visitors who all came before the first picture was stored."""
    with gate.shut():
        with crowd(place, targets) as visits:
            gate.await_waiting(at_once)
            gate.open()
        return [visit.result() for visit in visits]
