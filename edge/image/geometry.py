"""Sizes and boxes: where in the source the picture is cut, and how big it becomes. Arithmetic only, no pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from types import MappingProxyType

from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.values import COMPASS, Point

Size = tuple[int, int]
Region = tuple[int, int, int, int]
Box = tuple[float, float, float, float]

CENTER: Point = COMPASS["center"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the eight ways to lay a picture: first swap its axes, then mirror it along each."""

    swap: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    def then(self, other: Turn) -> Turn:
        """This turn with ``other`` after it."""
        x, y = (self.mirror_y, self.mirror_x) if other.swap else (self.mirror_x, self.mirror_y)
        return Turn(self.swap ^ other.swap, x ^ other.mirror_x, y ^ other.mirror_y)

    def size(self, size: Size) -> Size:
        """A size after the turn, from the one before; its own inverse."""
        return size[::-1] if self.swap else size

    def point(self, point: Point) -> Point:
        """Where a point of the picture before, per mille, lies after the turn."""
        x, y = point[::-1] if self.swap else point
        return (1000 - x if self.mirror_x else x), (1000 - y if self.mirror_y else y)

    def box_before(self, box: Box, size: Size) -> Box:
        """Where ``box`` of the turned picture, which is ``size`` big, lies in the picture before."""
        left, top, right, bottom = box
        if self.mirror_x:
            left, right = size[0] - right, size[0] - left
        if self.mirror_y:
            top, bottom = size[1] - bottom, size[1] - top
        return (top, left, bottom, right) if self.swap else (left, top, right, bottom)


#: What EXIF's orientation asks for (CIPA DC-008, tag 274).
ORIENTATIONS: Mapping[int, Turn] = MappingProxyType(
    {
        1: Turn(),
        2: Turn(mirror_x=True),
        3: Turn(mirror_x=True, mirror_y=True),
        4: Turn(mirror_y=True),
        5: Turn(swap=True),
        6: Turn(swap=True, mirror_x=True),
        7: Turn(swap=True, mirror_x=True, mirror_y=True),
        8: Turn(swap=True, mirror_y=True),
    }
)
_QUARTERS = (Turn(), ORIENTATIONS[6], ORIENTATIONS[3], ORIENTATIONS[8])


def turn_of(recipe: Recipe) -> Turn:
    """The turn that a recipe asks for: quarters clockwise, then flip (top to bottom) and flop (left to right).

    What is left of its rotation is a `Tilt`'s.
    """
    return _QUARTERS[recipe.rotate // 90].then(Turn(mirror_x=recipe.flop, mirror_y=recipe.flip))


@dataclass(frozen=True, slots=True)
class Layout:
    """``box`` of the picture, scaled to ``size``, lies at ``offset`` on a ``canvas``. Pixels throughout."""

    box: Box
    size: Size
    canvas: Size
    offset: Size = (0, 0)


def lay_out(source: Size, recipe: Recipe, policy: Policy, point: Point = CENTER) -> Layout:
    """How a picture of ``source`` size becomes what ``recipe`` asks for, cut round ``point``.

    Nothing is enlarged unless the recipe says ``up``. Then ``cover`` gives the largest picture of the asked shape,
    ``fill`` leaves each side at most as long as the source's, and ``contain`` pads the more: its canvas is as asked.
    No side of the canvas is above ``max_side``, and none is less than a pixel.
    """
    asked = _limit((recipe.width, recipe.height), policy.max_side)
    if not (recipe.width and recipe.height):
        return _whole(source, _free_scale(source, asked, recipe, policy), policy)
    ratios = asked[0] / source[0], asked[1] / source[1]
    most = float("inf") if recipe.up else 1.0
    match recipe.fit:
        case "inside":
            return _whole(source, min(*ratios, most), policy)
        case "outside":
            return _whole(source, min(max(ratios), most), policy)
        case "fill":
            size = asked if recipe.up else (min(asked[0], source[0]), min(asked[1], source[1]))
            return Layout((0, 0, *source), size, size)
        case "contain":
            return _contain(source, asked, min(*ratios, most), point)
        case _:
            return _cover(source, _scaled(asked, min(1, most / max(ratios))), point)


def _free_scale(source: Size, asked: Size, recipe: Recipe, policy: Policy) -> float:
    """The scale where at most one side is asked for."""
    if asked == (0, 0):
        return min(1.0, policy.full_side / max(source))
    scale = asked[0] / source[0] if asked[0] else asked[1] / source[1]
    return scale if recipe.up else min(1.0, scale)


def _whole(source: Size, scale: float, policy: Policy) -> Layout:
    size = _scaled(source, min(scale, policy.max_side / max(source)))
    return Layout((0, 0, *source), size, size)


def _contain(source: Size, canvas: Size, scale: float, point: Point) -> Layout:
    width, height = _scaled(source, scale)
    size = min(width, canvas[0]), min(height, canvas[1])
    offset = ((canvas[0] - size[0]) * point[0] + 500) // 1000, ((canvas[1] - size[1]) * point[1] + 500) // 1000
    return Layout((0, 0, *source), size, canvas, offset)


def _cover(source: Size, canvas: Size, point: Point) -> Layout:
    scale = max(canvas[0] / source[0], canvas[1] / source[1])
    left, right = _cut(source[0], canvas[0] / scale, point[0])
    top, bottom = _cut(source[1], canvas[1] / scale, point[1])
    return Layout((left, top, right, bottom), canvas, canvas)


def _cut(side: int, length: float, centre: int) -> tuple[float, float]:
    """The part of a ``side`` that is ``length`` long, centred at ``centre`` per mille as far as it can be."""
    length = min(length, side)
    # A whole pixel, so that what keeps its scale is not resampled.
    start = min(max(round(side * centre / 1000 - length / 2), 0.0), side - length)
    return start, start + length


def _scaled(size: Size, scale: float) -> Size:
    return _pixels(size[0] * scale), _pixels(size[1] * scale)


def _pixels(side: float) -> int:
    return max(1, floor(side + 0.5))


def _limit(size: Size, most: int) -> Size:
    """``size`` with no side above ``most``, in the same ratio; a free side (0) stays free."""
    scale = most / max(*size, most)
    return tuple(side and _pixels(side * scale) for side in size)  # type: ignore[return-value]


def shrink_on_load(box: Box, size: Size) -> int:
    """By how much a picture may be shrunk while it is decoded (1, 2, 4 or 8) and still be enough to make ``size``."""
    most = min(_times(box, size)) / _ENOUGH
    return next((factor for factor in (8, 4, 2) if factor <= most), 1)


def reductions(box: Box, size: Size) -> tuple[Size, Size]:
    """How many pixels, across and down, may be averaged to one before ``box`` is resized to ``size``: to leave a filter
    much to choose from, or enough."""
    return _reduction(box, size, _MUCH), _reduction(box, size, _AMPLE)


def _reduction(box: Box, size: Size, left: float) -> Size:
    across, down = _times(box, size)
    return max(1, int(across / left)), max(1, int(down / left))


def _times(box: Box, size: Size) -> tuple[float, float]:
    """How many times more pixels there are than will be."""
    return (box[2] - box[0]) / size[0], (box[3] - box[1]) / size[1]


#: What a filter must have to choose from: with less it blurs. More costs a decoder much time, an average little.
_ENOUGH, _AMPLE, _MUCH = 1.12, 1.4, 2.0
