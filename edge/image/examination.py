"""What is learned of an original when it is uploaded, from one decoding of it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from edge.contract.policy import Policy
from edge.contract.recipe import make_recipe
from edge.image.colour import srgb
from edge.image.decode.opening import verify
from edge.image.decode.source import Source
from edge.image.decode.source_file import SourceFile
from edge.image.plan import plan_of
from edge.image.thumb_hash import MAX_SIDE, thumb_hash

_SMALL = make_recipe({"width": MAX_SIDE, "height": MAX_SIDE, "fit": "inside"})
#: A large image is averaged by this first, which is fast, except where alpha weights the average: that would copy it.
_FACTOR, _WEIGHTED = 8, ("LA", "RGBA")


@dataclass(frozen=True, slots=True)
class Examination:
    """What a file is, and its placeholder: a ThumbHash in base64."""

    source: Source
    placeholder: str


def examine(body: bytes, policy: Policy) -> Examination:
    """What ``body`` is and looks like, with every pixel of it decoded. Raises `SourceRefused`."""
    seen = _Placeholder(policy)
    source = verify(body, policy, seen.look)
    return Examination(source, seen.text)


@dataclass(slots=True)
class _Placeholder:
    policy: Policy
    text: str = ""

    def look(self, file: SourceFile, pixels: Image.Image) -> None:
        plan = plan_of(file, _SMALL, None, self.policy, animated=False)
        shrink = _FACTOR if min(pixels.size) >= _FACTOR * MAX_SIDE and pixels.mode not in _WEIGHTED else 1
        reduced = pixels.reduce(shrink) if shrink > 1 else pixels
        self.text = thumb_hash(srgb.to_srgb(plan.crop_and_resize(reduced, shrink), file.profile))
