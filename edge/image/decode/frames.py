"""The frames of an animation, decoded one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from edge.contract.policy import Policy
from edge.image.colour import modes
from edge.image.decode.limits import check_pixels
from edge.image.decode.source_file import SourceFile

#: Browsers show a frame of 10 ms or less for 100, in every format.
_TOO_SHORT_MS, _DEFAULT_MS = 10, 100


def decoded_frames(file: SourceFile, policy: Policy) -> Iterator[tuple[Image.Image, float]]:
    """Each frame as it appears, in a mode that can be resized, and the milliseconds that it is shown for."""
    for index in range(file.frames):
        load_frame(file, index, policy)
        ms = file.image.info.get("duration", 0)
        yield modes.to_working_mode(file.image), ms if ms > _TOO_SHORT_MS else _DEFAULT_MS


def load_frame(file: SourceFile, index: int, policy: Policy) -> None:
    """Decodes one frame. Its size is checked again, because Pillow may find another one than the header says."""
    file.image.seek(index)
    check_pixels(file.image.size, policy)
    file.image.load()
