"""The picture that analysers look at: upright, in sRGB, without metadata, and small enough for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.base import ContentFile

from assets.isolation import ProcessLimits, run_isolated

#: Rekognition finds faces from 40 pixels in a picture of 1920 × 1080, and smaller ones in smaller pictures, in
#: proportion, so nothing is lost. https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
LONGER_SIDE = 1920
#: The most that an API call may carry. boto3 does not check it.
MAX_BYTES = 5_242_880
_QUALITIES = (80, 50, 20)
#: As for the examination of an upload, with more time: nobody waits for an answer.
_LIMITS = ProcessLimits(memory=2 << 30, seconds=45)


@dataclass(frozen=True, slots=True)
class ReducedPicture:
    """A JPEG, and its size in pixels."""

    body: bytes
    width: int
    height: int


def reduce(original: bytes) -> ReducedPicture:
    """The `ReducedPicture` of an ``original``; of an animation, its first frame. Made in a process with limits.

    Raises `SourceRefused`, also if that process exceeded a limit, and `OSError` if it could not be started.
    """
    with TemporaryDirectory(prefix="imagehub-") as folder:
        output = Path(folder, "reduced.jpg")
        options = (str(output), str(LONGER_SIDE), str(MAX_BYTES), *map(str, _QUALITIES))
        size = run_isolated("reduce", ContentFile(original), _LIMITS, *options)
        return ReducedPicture(output.read_bytes(), size["width"], size["height"])
