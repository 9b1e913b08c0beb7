"""Visitors whose requests arrive at the same time, and images of one colour by which tests recognise versions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from PIL import Image, ImageColor

from tests.e2e.delivery.delivery_site import DeliverySite, png
from tests.e2e.delivery.write_barrier import WriteBarrier
from tests.http_client import Reply

COLOURS = ("red", "blue", "lime", "yellow", "aqua", "fuchsia")
OLD, NEW = "0000000a", "0000000b"
#: The option of the local CloudFront that switches request collapsing off.
NO_COLLAPSING = "--no-collapse"
#: How many origin-response calls the local CloudFront runs at once, and so the most that a barrier can hold.
WORKERS = 2


def solid_image(colour: str) -> bytes:
    return png(Image.new("RGB", (120, 90), colour))


def colour_of(body: bytes) -> str:
    """Return the one of `COLOURS` that the image shows, also after lossy compression."""
    pixel = Image.open(io.BytesIO(body)).convert("RGB").getpixel((9, 9))
    assert isinstance(pixel, tuple)
    bits = tuple(value > 128 for value in pixel)
    return next(name for name in COLOURS if tuple(value > 128 for value in ImageColor.getrgb(name)) == bits)


@contextmanager
def concurrent_visits(site: DeliverySite, targets: list[str], method: str = "GET") -> Iterator[list[Future[Reply]]]:
    """One visitor for each of ``targets``, all at once."""
    start = Barrier(len(targets))

    def visit(target: str) -> Reply:
        start.wait()
        return site.get(target, method)

    with ThreadPoolExecutor(len(targets)) as visitors:
        yield [visitors.submit(visit, target) for target in targets]


def visit_before_first_write(
    site: DeliverySite, barrier: WriteBarrier, targets: list[str], waiting: int
) -> list[Reply]:
    """Request all ``targets`` while the first ``waiting`` variants are held back from storage."""
    with barrier.closed():
        with concurrent_visits(site, targets) as visits:
            barrier.wait_for(waiting)
            barrier.open()
        return [visit.result() for visit in visits]
