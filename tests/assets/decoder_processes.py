"""Images that take long to decode, and the processes that decode them."""

from __future__ import annotations

import os
import resource
import signal
import time
from functools import cache
from pathlib import Path

from PIL import Image

from tests.edge.image.decode.test_memory import huge_png
from tests.edge.image.pictures import saved


@cache
def large_png() -> bytes:
    """64 megapixels of 16 bits: small as a file, and half a gigabyte and a second of work as an image."""
    return huge_png(8000, 6, 4)


@cache
def slow_jpeg() -> bytes:
    """Seconds of work: 50 scans over 98 megapixels, where an encoder writes the last one once."""
    progressive = saved(Image.new("L", (9900, 9900), 40), "jpeg", progressive=True)
    return progressive[:-2] + progressive[progressive.rindex(b"\xff\xda") : -2] * 50 + b"\xff\xd9"


def decoders_of(pid: int) -> list[int]:
    """The decoder processes below ``pid``, at any depth."""
    found = []
    for child in _children(pid):
        found += [child] if b"assets.decoder_process" in _command(child) else decoders_of(child)
    return found


def _children(pid: int) -> list[int]:
    try:
        return [
            int(each)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for each in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _is_decoding(pid: int) -> bool:
    """Whether it has more memory than an interpreter with its modules needs."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return False
    return pages * resource.getpagesize() > 80 << 20


def signal_decoder(name: signal.Signals, pid: int | None = None, seconds: float = 30) -> int:
    """Send a signal to the next decoder of a large image below process ``pid``, or below this one.

    Returns its process id.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for decoder in filter(_is_decoding, decoders_of(pid or os.getpid())):
            os.kill(decoder, name)
            return decoder
        time.sleep(0.002)
    raise AssertionError("no decoder was started")
