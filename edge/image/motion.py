"""Animations: frames as they appear, how long each stands, how often all of them play."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from edge.image import colour
from edge.image.decode import Source, load_frame
from edge.policy import Policy

#: What browsers make of a GIF's frame that says 0.
_DEFAULT_MS = 100
_MOST_PLAYS = 65535


def frames(image: Image.Image, source: Source, policy: Policy) -> Iterator[tuple[Image.Image, int]]:
    """Each frame with all that shows through from those before, in a mode that can be resized, and its
    milliseconds."""
    size = image.size
    for index in range(_first(image), source.frames):
        load_frame(image, index, policy)
        # A GIF's later frame may be bigger than the screen; what hangs over is not shown.
        frame = image if image.size == size else image.crop((0, 0, *size))
        yield colour.working(frame), round(image.info.get("duration", 0)) or _DEFAULT_MS


def _first(image: Image.Image) -> int:
    """An APNG's default picture, for those who cannot play it, need not be part of the animation."""
    return 1 if getattr(image, "default_image", False) else 0


def plays(image: Image.Image, source: Source) -> int:
    """How often the animation plays; 0 is for ever."""
    if source.format != "gif":
        return int(image.info.get("loop", 0))
    repeats = image.info.get("loop")
    if repeats is None:
        return 1
    return min(repeats + 1, _MOST_PLAYS) if repeats else 0
