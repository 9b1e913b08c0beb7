"""Photographs that come with scikit-image, and what is known of them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from skimage import data

from tests.edge.image.test_plan import STORED


def astronaut(size: tuple[int, int] = (512, 512), orientation: int = 1) -> bytes:
    """One face, at about 35 % from the left and 12 % from the top, a fifth of the picture high."""
    exif, stored = Image.Exif(), STORED[orientation]
    exif[274] = orientation
    astronaut = data.astronaut()  # type: ignore[no-untyped-call] # scikit-image has no types
    upright = Image.fromarray(astronaut).resize(size)
    output = BytesIO()
    (upright if stored is None else upright.transpose(stored)).save(output, "JPEG", exif=exif)
    return output.getvalue()


def coffee() -> bytes:
    """A photograph without a living face."""
    output = BytesIO()
    photograph = data.coffee()  # type: ignore[no-untyped-call] # see above
    Image.fromarray(photograph).save(output, "JPEG")
    return output.getvalue()
