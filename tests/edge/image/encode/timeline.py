"""Animations over time: what a viewer sees at each moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PIL import Image, ImageChops, ImageStat

from edge.image.decode.gif import Gif
from tests.edge.image.pictures import POLICY, noise, opened, variant

#: Soft colours, as in a photograph.
SCENE = Image.blend(
    Image.new("RGB", (96, 64), (120, 110, 100)), noise((6, 4), seed=5).resize((96, 64), Image.Resampling.BICUBIC), 0.5
)


def timeline(image: Image.Image) -> list[tuple[float, Image.Image]]:
    """For each frame: its start in milliseconds, and what it shows."""
    found, clock = [], 0.0
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        image.load()
        found.append((clock, image.convert("RGBA")))
        clock += image.info["duration"]
    return found


def at(image: Image.Image, ms: float) -> Image.Image:
    """What is seen at a moment."""
    return [frame for start, frame in timeline(image) if start <= ms][-1]


def animated_variant(body: bytes, format_class: str, **options: Any) -> Image.Image:
    """The variant, opened. A GIF's frames are composed as in browsers, which Pillow does not do in all cases."""
    rendered = variant(body, format_class, **options)
    if rendered.format != "gif":
        return opened(rendered)
    return Gif.parse(rendered.body, replace(POLICY, max_frames=999)).image


def mean_difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two images in their most different band."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)
