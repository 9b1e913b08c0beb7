"""From an opened file and a plan to the resized image in sRGB."""

from __future__ import annotations

from functools import partial

from PIL import Image

from edge.image.colour import averaging, srgb
from edge.image.decode.source_file import SourceFile
from edge.image.geometry import Size
from edge.image.plan import Plan


def decoded_size(file: SourceFile, plan: Plan) -> Size:
    """The size that a decoder which reduces must leave enough pixels for: reducing averages the stored values."""
    return file.size if _must_convert_first(file, plan) else plan.size


def resized(file: SourceFile, plan: Plan, pixels: Image.Image, shrink: int = 1) -> Image.Image:
    """``pixels`` of one frame after ``plan`` but for its rotation: L, LA, RGB or RGBA."""
    convert = partial(srgb.to_srgb, profile=file.profile)
    if _must_convert_first(file, plan):
        return plan.crop_and_resize(pixels, shrink, convert)
    return convert(plan.crop_and_resize(pixels, shrink))


def _must_convert_first(file: SourceFile, plan: Plan) -> bool:
    """Whether averages of the stored values would have another brightness than in a browser."""
    return plan.is_scaled and averaging.must_convert_first(file.profile, file.image.mode)
