"""Laying a picture aslant, between two quarter turns, on a canvas that holds all of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin, sqrt

from PIL import Image

from edge.contract.recipe import Recipe
from edge.contract.values import Point
from edge.image.colour import modes
from edge.image.geometry import Box, Layout, Size

#: Room round a piece, in pixels of the result, for the filter that turns it.
_MARGIN = 2
#: What a picture that is aslant *and* squeezed out of shape may take for the step between. Pixels.
_MOST = 1 << 22


@dataclass(frozen=True, slots=True)
class Tilt:
    """``degrees`` clockwise, between -90 and 90, about the centre of picture and canvas. None change nothing.

    It comes after the `Turn`: any angle is quarter turns, which move pixels, and a rest, which mixes them.
    """

    degrees: int = 0

    def size(self, size: Size) -> Size:
        """The canvas that holds a picture of ``size``: to the pixel what libvips makes."""
        (width, height), (cosine, sine) = size, self._cos_sin
        across, down = width * cosine + height * abs(sine), width * abs(sine) + height * cosine
        return max(1, floor(across + 0.5)), max(1, floor(down + 0.5))

    def point(self, point: Point, size: Size) -> Point:
        """Where a point of a picture of ``size``, per mille, lies on its canvas, per mille of that."""
        (width, height), (cosine, sine), canvas = size, self._cos_sin, self.size(size)
        x, y = (point[0] / 1000 - 0.5) * width, (point[1] / 1000 - 0.5) * height
        return _per_mille(x * cosine - y * sine, canvas[0]), _per_mille(x * sine + y * cosine, canvas[1])

    def box_before(self, box: Box, size: Size, margin: float = 0.0) -> Box:
        """The least box of whole pixels of a picture of ``size`` that holds all that ``box`` of its canvas shows."""
        corners = [self._before(x, y, size) for x in box[::2] for y in box[1::2]]
        (left, right), (top, bottom) = (
            _within(min(line) - margin, max(line) + margin, side)
            for line, side in zip(zip(*corners, strict=True), size, strict=True)
        )
        return left, top, right, bottom

    def piece(self, layout: Layout, size: Size) -> tuple[Box, Size]:
        """The part of a picture of ``size`` that ``layout`` needs, and the size to resize it to before `lay`."""
        if not self.degrees:
            return layout.box, layout.size
        scale = _scale(layout)
        left, top, right, bottom = box = self.box_before(layout.box, size, (_MARGIN + 1) * scale)
        return box, (max(1, round((right - left) / scale)), max(1, round((bottom - top) / scale)))

    def lay(self, image: Image.Image, layout: Layout, size: Size, bg: str) -> Image.Image:
        """``image``, the `piece` of a picture of ``size``, aslant on ``bg``, as big as ``layout`` wants it."""
        if not self.degrees:
            return image
        mode = modes.mode_on(image, bg)
        wide, high = (side + 2 * _MARGIN for side in image.size)
        # Its edges go on for a little, so that the filter makes no ring along them; how much of each pixel of the
        # result is picture, a mask says.
        framed = image.convert(mode).resize((wide, high), Image.Resampling.NEAREST)
        framed.paste(image.convert(mode), (_MARGIN, _MARGIN))
        mask = Image.new("L", framed.size)
        mask.paste(255, (_MARGIN, _MARGIN, wide - _MARGIN, high - _MARGIN))
        between = _between(layout)
        affine = Image.Transform.AFFINE, self._affine(image.size, layout, size, between)
        premultiplied = mode.replace("A", "a")
        ground = Image.new(mode, between, modes.rgba(bg)[: len(mode)]).convert(premultiplied)
        laid = framed.convert(premultiplied).transform(between, *affine, Image.Resampling.BICUBIC)
        ground.paste(laid, mask=mask.transform(between, *affine, Image.Resampling.BILINEAR))
        return ground.convert(mode).resize(layout.size, Image.Resampling.LANCZOS)

    def _affine(self, piece: Size, layout: Layout, size: Size, between: Size) -> tuple[float, ...]:
        """From a pixel of the result to the framed piece: https://pillow.readthedocs.io/en/stable/reference/Image.html"""
        left, top, right, bottom = self.piece(layout, size)[0]
        across, down = piece[0] / (right - left), piece[1] / (bottom - top)
        x, y = self._before(*layout.box[:2], size)
        dx, dy = (layout.box[2] - layout.box[0]) / between[0], (layout.box[3] - layout.box[1]) / between[1]
        cosine, sine = self._cos_sin
        return (
            across * cosine * dx, across * sine * dy, across * (x - left) + _MARGIN,
            -down * sine * dx, down * cosine * dy, down * (y - top) + _MARGIN,
        )  # fmt: skip

    def _before(self, x: float, y: float, size: Size) -> tuple[float, float]:
        """The point of a picture of ``size`` that lies at a point of its canvas."""
        (cosine, sine), canvas = self._cos_sin, self.size(size)
        x, y = x - canvas[0] / 2, y - canvas[1] / 2
        return x * cosine + y * sine + size[0] / 2, y * cosine - x * sine + size[1] / 2

    @property
    def _cos_sin(self) -> tuple[float, float]:
        return cos(radians(self.degrees)), sin(radians(self.degrees))


def tilt_of(recipe: Recipe) -> Tilt:
    """What is left of a recipe's rotation after its quarter turns: the other way about where a mirror comes before."""
    rest = recipe.rotate % 90
    return Tilt(-rest if recipe.flip != recipe.flop else rest)


def _scale(layout: Layout) -> float:
    """By how much the picture shrinks before it is laid aslant: the same both ways, as a square must stay one."""
    (left, top, right, bottom), (width, height) = layout.box, layout.size
    least = min((right - left) / width, (bottom - top) / height)
    return max(least, sqrt((right - left) * (bottom - top) / max(width * height, _MOST)))


def _between(layout: Layout) -> Size:
    """The size to lay a picture aslant at: the layout's, but where that squeezes it out of shape."""
    scale = _scale(layout)
    sides = (layout.box[2] - layout.box[0]) / scale, (layout.box[3] - layout.box[1]) / scale
    width, height = (
        wanted if abs(side - wanted) < 2 else max(1, round(side))
        for side, wanted in zip(sides, layout.size, strict=True)
    )
    return width, height


def _within(low: float, high: float, side: int) -> tuple[float, float]:
    """The whole pixels from ``low`` to ``high`` of a ``side``, and at least one of them."""
    start = min(max(floor(low), 0), side - 1)
    return start, max(start + 1, min(ceil(high), side))


def _per_mille(part: float, whole: int) -> int:
    return min(max(round(1000 * (part / whole + 0.5)), 0), 1000)
