"""Rotating by less than a quarter turn, on a canvas that holds all of the image."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin, sqrt

from PIL import Image

from edge.contract.recipe import Recipe
from edge.contract.values import Point
from edge.image.colour import background
from edge.image.geometry import Box, Layout, Size

#: Pixels of the result to keep around the input region, which the interpolation reads.
_MARGIN = 2
#: Pixels of the intermediate image where an image is rotated and also stretched.
_MAX_INTERMEDIATE = 1 << 22


@dataclass(frozen=True, slots=True)
class Rotation:
    """``degrees`` clockwise, between -90 and 90, about the centres of image and canvas. 0 changes nothing.

    It follows an `Orientation`: any angle is a number of quarter turns, which move pixels, and a rest, which
    interpolates them.
    """

    degrees: int = 0

    def size(self, size: Size) -> Size:
        """The canvas that holds a rotated image of ``size``: the same as libvips', to the pixel."""
        (width, height), (cosine, sine) = size, self._cos_sin
        across, down = width * cosine + height * abs(sine), width * abs(sine) + height * cosine
        return max(1, floor(across + 0.5)), max(1, floor(down + 0.5))

    def point(self, point: Point, size: Size) -> Point:
        """A point of an image of ``size``, per mille, as per mille of its canvas."""
        (width, height), (cosine, sine), canvas = size, self._cos_sin, self.size(size)
        x, y = (point[0] / 1000 - 0.5) * width, (point[1] / 1000 - 0.5) * height
        return _per_mille(x * cosine - y * sine, canvas[0]), _per_mille(x * sine + y * cosine, canvas[1])

    def inverse_box(self, box: Box, size: Size, margin: float = 0.0) -> Box:
        """The smallest box of whole pixels, in an image of ``size``, that holds everything ``box`` of its canvas shows.

        ``margin`` is in pixels of that image.
        """
        corners = [self._inverse_point(x, y, size) for x in box[::2] for y in box[1::2]]
        (left, right), (top, bottom) = (
            _whole_pixels(min(line) - margin, max(line) + margin, side)
            for line, side in zip(zip(*corners, strict=True), size, strict=True)
        )
        return left, top, right, bottom

    def input_region(self, layout: Layout, size: Size) -> tuple[Box, Size]:
        """The part of an image of ``size`` that ``layout`` needs, and the size to give it before `apply`."""
        if not self.degrees:
            return layout.box, layout.size
        scale = _scale(layout)
        left, top, right, bottom = box = self.inverse_box(layout.box, size, (_MARGIN + 1) * scale)
        return box, (max(1, round((right - left) / scale)), max(1, round((bottom - top) / scale)))

    def apply(self, image: Image.Image, layout: Layout, size: Size, bg: str) -> Image.Image:
        """Rotates ``image``, the `input_region` of an image of ``size``, on ``bg``. The result has ``layout.size``."""
        if not self.degrees:
            return image
        mode = background.mode_with_background(image, bg)
        premultiplied = mode.replace("A", "a")
        intermediate = _intermediate_size(layout)
        affine = Image.Transform.AFFINE, self._affine(image.size, layout, size, intermediate)
        extended, mask = _with_extended_edges(image.convert(mode))
        rotated = extended.convert(premultiplied).transform(intermediate, *affine, Image.Resampling.BICUBIC)
        coverage = mask.transform(intermediate, *affine, Image.Resampling.BILINEAR)
        canvas = background.new_canvas(mode, intermediate, bg).convert(premultiplied)
        canvas.paste(rotated, mask=coverage)
        return canvas.convert(mode).resize(layout.size, Image.Resampling.LANCZOS)

    def _affine(self, region: Size, layout: Layout, size: Size, intermediate: Size) -> tuple[float, ...]:
        """From pixels of the intermediate image to those of the extended region.

        https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.transform
        """
        left, top, right, bottom = self.input_region(layout, size)[0]
        across, down = region[0] / (right - left), region[1] / (bottom - top)
        x, y = self._inverse_point(*layout.box[:2], size)
        dx = (layout.box[2] - layout.box[0]) / intermediate[0]
        dy = (layout.box[3] - layout.box[1]) / intermediate[1]
        cosine, sine = self._cos_sin
        return (
            across * cosine * dx, across * sine * dy, across * (x - left) + _MARGIN,
            -down * sine * dx, down * cosine * dy, down * (y - top) + _MARGIN,
        )  # fmt: skip

    def _inverse_point(self, x: float, y: float, size: Size) -> tuple[float, float]:
        """The point of an image of ``size`` that lies at a point of its canvas. In pixels."""
        (cosine, sine), canvas = self._cos_sin, self.size(size)
        x, y = x - canvas[0] / 2, y - canvas[1] / 2
        return x * cosine + y * sine + size[0] / 2, y * cosine - x * sine + size[1] / 2

    @property
    def _cos_sin(self) -> tuple[float, float]:
        return cos(radians(self.degrees)), sin(radians(self.degrees))


def rotation_of(recipe: Recipe) -> Rotation:
    """The rest of a recipe's angle after its quarter turns, counterclockwise if the image was mirrored before."""
    rest = recipe.rotate % 90
    return Rotation(-rest if recipe.flip != recipe.flop else rest)


def _with_extended_edges(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    """``image`` with a margin that continues its edges, and a mask (L) of the image without the margin.

    The margin keeps the interpolation from darkening the edges or ringing along them.
    """
    width, height = (side + 2 * _MARGIN for side in image.size)
    extended = image.resize((width, height), Image.Resampling.NEAREST)
    extended.paste(image, (_MARGIN, _MARGIN))
    mask = Image.new("L", extended.size)
    mask.paste(255, (_MARGIN, _MARGIN, width - _MARGIN, height - _MARGIN))
    return extended, mask


def _scale(layout: Layout) -> float:
    """How many pixels of the image become one before it is rotated: the same both ways, so that squares stay square."""
    (left, top, right, bottom), (width, height) = layout.box, layout.size
    least = min((right - left) / width, (bottom - top) / height)
    return max(least, sqrt((right - left) * (bottom - top) / max(width * height, _MAX_INTERMEDIATE)))


def _intermediate_size(layout: Layout) -> Size:
    """The size to rotate at: the layout's, unless that stretches the image."""
    scale = _scale(layout)
    sides = (layout.box[2] - layout.box[0]) / scale, (layout.box[3] - layout.box[1]) / scale
    width, height = (
        wanted if abs(side - wanted) < 2 else max(1, round(side))
        for side, wanted in zip(sides, layout.size, strict=True)
    )
    return width, height


def _whole_pixels(low: float, high: float, side: int) -> tuple[float, float]:
    """The whole pixels of a ``side`` that ``low`` to ``high`` touches; at least one."""
    start = min(max(floor(low), 0), side - 1)
    return start, max(start + 1, min(ceil(high), side))


def _per_mille(offset: float, side: int) -> int:
    """An offset from the middle of a ``side``, as per mille from its start."""
    return min(max(round(1000 * (offset / side + 0.5)), 0), 1000)
