"""Animations, read: frames as they appear, how long each stands, how often all of them play."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from edge.contract.policy import Policy
from edge.image.colour import modes
from edge.image.decode.composition import Composed
from edge.image.decode.source import Source, load_frame

#: What browsers make of 10 ms and less, in every format.
_TOO_SHORT_MS, _DEFAULT_MS = 10, 100


def frames(image: Image.Image, source: Source, policy: Policy) -> Iterator[tuple[Image.Image, float]]:
    """Each frame with all that shows through from those before, in a mode that can be resized, and its
    milliseconds."""
    for index in range(source.frames):
        load_frame(image, index, policy)
        ms = image.info.get("duration", 0)
        yield modes.to_working_mode(image), ms if ms > _TOO_SHORT_MS else _DEFAULT_MS


def plays(image: Image.Image) -> int:
    """How often the animation plays; 0 is for ever."""
    return image.plays if isinstance(image, Composed) else int(image.info.get("loop", 0))
