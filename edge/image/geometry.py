"""Sizes, boxes and orientations: which part of the original is cropped, and how large it becomes. No pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from types import MappingProxyType

from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.values import COMPASS, Point
from edge.image import faces

#: Width and height.
Size = tuple[int, int]
#: Left, top, right, bottom: in whole pixels, and in fractions of pixels.
Region = tuple[int, int, int, int]
Box = tuple[float, float, float, float]

CENTER: Point = COMPASS["center"]


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight orientations of an image: first its axes are swapped, then it is mirrored along each."""

    swap: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    def then(self, other: Orientation) -> Orientation:
        """This orientation followed by ``other``."""
        x, y = (self.mirror_y, self.mirror_x) if other.swap else (self.mirror_x, self.mirror_y)
        return Orientation(self.swap ^ other.swap, x ^ other.mirror_x, y ^ other.mirror_y)

    def size(self, size: Size) -> Size:
        """The size of an image of ``size`` after this orientation, or before it: the two are the same."""
        return size[::-1] if self.swap else size

    def point(self, point: Point) -> Point:
        """Where a point of the image, per mille, lies after this orientation."""
        x, y = point[::-1] if self.swap else point
        return (1000 - x if self.mirror_x else x), (1000 - y if self.mirror_y else y)

    def inverse_box(self, box: Box, size: Size) -> Box:
        """Where ``box`` of the oriented image, which has ``size``, lies in the image before."""
        left, top, right, bottom = box
        if self.mirror_x:
            left, right = size[0] - right, size[0] - left
        if self.mirror_y:
            top, bottom = size[1] - bottom, size[1] - top
        return (top, left, bottom, right) if self.swap else (left, top, right, bottom)


#: By the value of EXIF's Orientation: CIPA DC-008, tag 274.
EXIF_ORIENTATIONS: Mapping[int, Orientation] = MappingProxyType(
    {
        1: Orientation(),
        2: Orientation(mirror_x=True),
        3: Orientation(mirror_x=True, mirror_y=True),
        4: Orientation(mirror_y=True),
        5: Orientation(swap=True),
        6: Orientation(swap=True, mirror_x=True),
        7: Orientation(swap=True, mirror_x=True, mirror_y=True),
        8: Orientation(swap=True, mirror_y=True),
    }
)
#: `EXIF_ORIENTATIONS` the other way round.
EXIF_NUMBERS: Mapping[Orientation, int] = MappingProxyType(
    {orientation: number for number, orientation in EXIF_ORIENTATIONS.items()}
)
_QUARTER_TURNS = (Orientation(), EXIF_ORIENTATIONS[6], EXIF_ORIENTATIONS[3], EXIF_ORIENTATIONS[8])


def orientation_of(recipe: Recipe) -> Orientation:
    """A recipe's quarter turns clockwise, then flip (top to bottom) and flop (left to right).

    The rest of its angle is a `rotate.Rotation`.
    """
    return _QUARTER_TURNS[recipe.rotate // 90].then(Orientation(mirror_x=recipe.flop, mirror_y=recipe.flip))


@dataclass(frozen=True, slots=True)
class Layout:
    """``box`` of the image is scaled to ``size`` and put at ``offset`` on a ``canvas``. All in pixels."""

    box: Box
    size: Size
    canvas: Size
    offset: Size = (0, 0)

    def place(self, box: Box) -> Box | None:
        """Where a ``box`` of the image is on the canvas; None if nothing of it is left."""
        left, right = self._place(box, 0)
        top, bottom = self._place(box, 1)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _place(self, box: Box, axis: int) -> tuple[float, float]:
        start, end = self.box[axis], self.box[axis + 2]
        scale = self.size[axis] / (end - start)
        low, high = ((min(max(each, start), end) - start) * scale for each in (box[axis], box[axis + 2]))
        return low + self.offset[axis], high + self.offset[axis]


def lay_out(source: Size, recipe: Recipe, policy: Policy, point: Point = CENTER, boxes: Sequence[Box] = ()) -> Layout:
    """The layout of ``recipe`` for an image of ``source`` size, cropped around the faces in ``boxes``, else ``point``.

    Nothing is enlarged unless the recipe says ``up``. Without it, ``cover`` gives the largest image of the requested
    shape, ``fill`` leaves each side at most as long as the source's, and ``contain`` keeps the requested canvas and
    adds padding. Every side of the canvas has 1 to ``max_side`` pixels.
    """
    requested = _limit((recipe.width, recipe.height), policy.max_side)
    if not (recipe.width and recipe.height):
        return _uncropped(source, _free_scale(source, requested, recipe, policy), policy)
    ratios = requested[0] / source[0], requested[1] / source[1]
    most = float("inf") if recipe.up else 1.0
    match recipe.fit:
        case "inside":
            return _uncropped(source, min(*ratios, most), policy)
        case "outside":
            return _uncropped(source, min(max(ratios), most), policy)
        case "fill":
            size = requested if recipe.up else (min(requested[0], source[0]), min(requested[1], source[1]))
            return Layout((0, 0, *source), size, size)
        case "contain":
            return _contain(source, requested, min(*ratios, most), point)
        case _ if boxes:
            return _cover_faces(source, requested, recipe, boxes)
        case _:
            return _cover(source, _scaled(requested, min(1, most / max(ratios))), point)


def _free_scale(source: Size, requested: Size, recipe: Recipe, policy: Policy) -> float:
    """The scale where at most one side is requested."""
    if requested == (0, 0):
        return min(1.0, policy.full_side / max(source))
    scale = requested[0] / source[0] if requested[0] else requested[1] / source[1]
    return scale if recipe.up else min(1.0, scale)


def _uncropped(source: Size, scale: float, policy: Policy) -> Layout:
    size = _scaled(source, min(scale, policy.max_side / max(source)))
    return Layout((0, 0, *source), size, size)


def _contain(source: Size, canvas: Size, scale: float, point: Point) -> Layout:
    width, height = _scaled(source, scale)
    size = min(width, canvas[0]), min(height, canvas[1])
    offset = ((canvas[0] - size[0]) * point[0] + 500) // 1000, ((canvas[1] - size[1]) * point[1] + 500) // 1000
    return Layout((0, 0, *source), size, canvas, offset)


def _cover(source: Size, canvas: Size, point: Point) -> Layout:
    scale = max(canvas[0] / source[0], canvas[1] / source[1])
    # Whole pixels are copied and not interpolated. At any other scale, rounding would move the crop off its centre.
    nearest = round if scale == 1 else float
    left, right = _interval(source[0], canvas[0] / scale, point[0], nearest)
    top, bottom = _interval(source[1], canvas[1] / scale, point[1], nearest)
    return Layout((left, top, right, bottom), canvas, canvas)


def _cover_faces(source: Size, requested: Size, recipe: Recipe, boxes: Sequence[Box]) -> Layout:
    """The crop around ``boxes`` that has the requested shape: the largest one or, with ``pad``, the closest one."""
    most = min(source[0] / requested[0], source[1] / requested[1])
    scale, extent = most, None
    if recipe.pad is not None:
        extent = faces.padded_extent(boxes, recipe.pad, source)
        needed = max((extent[2] - extent[0]) / requested[0], (extent[3] - extent[1]) / requested[1])
        scale = min(needed if recipe.up else max(needed, 1.0), most)
        boxes = boxes if needed > most else [extent]
    # ``scale`` is in pixels of the source for each pixel of the result.
    canvas = requested if recipe.up else _scaled(requested, min(scale, 1.0))
    nearest = round if canvas == requested and scale == 1 else float
    left, right = _face_interval(source[0], requested[0] * scale, faces.spans_of(boxes, 0), nearest)
    top, bottom = _face_interval(source[1], requested[1] * scale, faces.spans_of(boxes, 1), nearest)
    return Layout((left, top, right, bottom), canvas, canvas)


def _face_interval(
    side: int, length: float, spans: Sequence[faces.Span], nearest: Callable[[float], float]
) -> tuple[float, float]:
    length = min(length, side)
    start = nearest(faces.best_start(side, length, spans))
    return start, min(start + length, side)


def _interval(side: int, length: float, centre: int, nearest: Callable[[float], float]) -> tuple[float, float]:
    """The part of a ``side`` that is ``length`` long and centred at ``centre`` per mille, as far as it fits.

    It starts at what ``nearest`` makes of its exact start.
    """
    length = min(length, side)
    start = min(max(nearest(side * centre / 1000 - length / 2), 0.0), side - length)
    return start, min(start + length, side)


def _scaled(size: Size, scale: float) -> Size:
    return _pixels(size[0] * scale), _pixels(size[1] * scale)


def _pixels(side: float) -> int:
    return max(1, floor(side + 0.5))


def _limit(size: Size, most: int) -> Size:
    """``size`` scaled so that no side is above ``most``. A free side (0) stays free."""
    scale = most / max(*size, most)
    return tuple(side and _pixels(side * scale) for side in size)  # type: ignore[return-value]


#: How many pixels a decoder that reduces must leave for each pixel of the result, by its factor: with fewer, the score
#: falls below sharp's or below 92. docs/decisions/015-gamma-resizing.md
_LEAST = {8: 1.25, 4: 1.25, 2: 1.12}


def shrink_on_load(box: Box, size: Size) -> int:
    """The factor (1, 2, 4 or 8) by which a decoder may shrink an image whose ``box`` will be resized to ``size``."""
    ratio = min((box[2] - box[0]) / size[0], (box[3] - box[1]) / size[1])
    return next((factor for factor, least in _LEAST.items() if ratio >= factor * least), 1)
