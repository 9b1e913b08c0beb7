"""The picture that analysers look at: upright, in sRGB, without metadata, and small enough for all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge.contract.policy import load_policy
from edge.contract.recipe import make_recipe
from edge.image import render

#: Rekognition finds faces from 40 pixels in a picture of 1920 × 1080, and smaller ones in smaller pictures, in
#: proportion, so nothing is lost. https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
LONGER_SIDE = 1920
#: The most that an API call may carry. boto3 does not check it.
MAX_BYTES = 5_242_880
_QUALITIES = (80, 50, 20)


@dataclass(frozen=True, slots=True)
class ReducedPicture:
    """A JPEG, and its size in pixels."""

    body: bytes
    width: int
    height: int


def reduce(original: bytes) -> ReducedPicture:
    """The `ReducedPicture` of an ``original``; of an animation, its first frame. Raises `SourceRefused`."""
    policy = replace(load_policy(), copyright=False)
    for quality in _QUALITIES:
        recipe = make_recipe({"width": LONGER_SIDE, "height": LONGER_SIDE, "fit": "inside", "quality": quality})
        rendered = render(original, recipe, "jpeg", policy=policy)
        if len(rendered.body) <= MAX_BYTES:
            break
    return ReducedPicture(rendered.body, rendered.width, rendered.height)
