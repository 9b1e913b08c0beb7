"""From an original's bytes to the opened file, and to the certainty that all of it can be decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.contract.policy import Policy
from edge.image.decode import detection, limits
from edge.image.decode.errors import damaged
from edge.image.decode.frames import load_frame
from edge.image.decode.source import Source
from edge.image.decode.source_file import SourceFile

Show = Callable[[SourceFile, Image.Image], None]


@contextmanager
def open_source(body: bytes, policy: Policy) -> Iterator[SourceFile]:
    """The file, parsed once, none of its pixels decoded. Raises `SourceRefused`."""
    limits.check_bytes(body, policy)
    reader = detection.detect(body)
    try:
        with reader.reading():
            file = _parse(reader, body, policy)
            if file.frames > 1:
                limits.check_pixels(file.size, policy, limits.ANIMATION_PIXELS, "animations")
        with file.image:
            yield file
    except MemoryError:
        raise SourceRefused.too_large("The image needs more memory than is available. Make it smaller.") from None


def _parse(reader: type[SourceFile], body: bytes, policy: Policy) -> SourceFile:
    try:
        return reader.parse(body, policy)
    except SyntaxError as error:  # what Pillow raises on a header that it does not understand
        raise damaged(f"The {reader.format.label} file has a damaged header") from error


def verify(body: bytes, policy: Policy, show: Show = lambda _file, _pixels: None) -> Source:
    """What ``body`` is, with every pixel of it decoded. Raises `SourceRefused`, also if it is incomplete.

    ``show`` gets the opened file with its pixels, of an animation those that stand for it.
    """
    with open_source(body, policy) as file, file.reading():
        show(file, file.load_all())
        for index in range(file.frames if file.source.moves_within(policy) else 0):
            load_frame(file, index, policy)
        return file.source
