"""What the gallery shows of the faces in an image: crops around them, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

from assets.analysis.scope import why_not
from assets.conf import config
from assets.models import Asset
from imagehub.demo.snippets import Snippet, cropped

#: Width and height of the crops, in pixels: two shapes that cut differently.
SHAPES = ((240, 320), (600, 200))
#: The margin around the largest face, in percent of its size.
PAD = 40
_NO_ANALYSER = (
    'Faces are not looked for here. Install the extra with pip install "imagehub[faces]", and set '
    "IMAGEHUB_ANALYSER=faces."
)


@dataclass(frozen=True, slots=True)
class FaceShape:
    """One shape, and what each way to crop to it gives, by its name."""

    width: int
    height: int
    crops: dict[str, Snippet]


@dataclass(frozen=True, slots=True)
class Box:
    """A face on a picture, in its pixels."""

    x: int
    y: int
    width: int
    height: int


def face_shapes(asset: Asset) -> list[FaceShape]:
    """Crops around the faces beside those that know none. Needs a signing key. Empty if no face is known."""
    return [FaceShape(width, height, _crops(asset, width, height)) for width, height in SHAPES] if asset.faces else []


def face_boxes(asset: Asset, width: int, height: int) -> list[Box]:
    """The faces on the whole image at this size."""
    return [
        Box(x * width // 1000, y * height // 1000, across * width // 1000, down * height // 1000)
        for x, y, across, down in asset.faces or ()
    ]


def why_none(asset: Asset) -> str:
    """Why no face is known, as a sentence; empty if one is."""
    if asset.faces:
        return ""
    if asset.faces is not None:
        return "No face was found in this image, so gravity=face crops around its focal point, or else as auto does."
    if not config().analyser:
        return _NO_ANALYSER
    return why_not(asset) or "This image has not been looked at yet: a worker does so after the upload."


def _crops(asset: Asset, width: int, height: int) -> dict[str, Snippet]:
    focal = {"Focal point": cropped(asset, width, height)} if asset.focal else {}
    return {
        "Centre": cropped(asset, width, height, gravity="center"),
        **focal,
        "All faces": cropped(asset, width, height, gravity="faces"),
        "Largest face, closer": cropped(asset, width, height, gravity="face", pad=PAD),
    }
