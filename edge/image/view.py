"""What of a stored picture is seen, and how: found once, the same for each frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image

from edge.image import colour, focus, geometry
from edge.image.decode import Source, refusing, turn_of
from edge.image.geometry import Box, Layout, Region, Size, Turn
from edge.policy import Policy
from edge.recipe import Point, Recipe

_TRANSPOSES = {
    Turn(mirror_x=True): Image.Transpose.FLIP_LEFT_RIGHT,
    Turn(mirror_y=True): Image.Transpose.FLIP_TOP_BOTTOM,
    Turn(mirror_x=True, mirror_y=True): Image.Transpose.ROTATE_180,
    Turn(swap=True): Image.Transpose.TRANSPOSE,
    Turn(swap=True, mirror_x=True): Image.Transpose.ROTATE_270,
    Turn(swap=True, mirror_y=True): Image.Transpose.ROTATE_90,
    Turn(swap=True, mirror_x=True, mirror_y=True): Image.Transpose.TRANSVERSE,
}
#: Where a picture is bigger than this many times the result, neighbouring pixels are averaged first. Pillow calls 3
#: indistinguishable from Lanczos alone: https://pillow.readthedocs.io/en/stable/reference/Image.html
_REDUCING_GAP = 3.0


@dataclass(frozen=True, slots=True)
class View:
    """``region`` is what trimming left of the picture as it is stored; ``turn`` lays that as it is wanted."""

    region: Region
    turn: Turn
    layout: Layout

    @property
    def size(self) -> Size:
        """The size to resize to, before the turn."""
        return self.turn.size(self.layout.size)

    def box(self, shrunk: int = 1) -> Box:
        """The part to resize, in the picture as it is stored, decoded at one ``shrunk``-th."""
        left, top, right, bottom = self.region
        box = self.turn.box_before(self.layout.box, self.turn.size((right - left, bottom - top)))
        return (
            max(box[0] + left, left) / shrunk,
            max(box[1] + top, top) / shrunk,
            min(box[2] + left, right) / shrunk,
            min(box[3] + top, bottom) / shrunk,
        )

    def show(self, pixels: Image.Image, shrunk: int = 1) -> Image.Image:
        """``pixels`` cut, resized and turned. Resized before they are turned, while they are cheap to turn."""
        resized = pixels.resize(self.size, Image.Resampling.LANCZOS, self.box(shrunk), _REDUCING_GAP)
        return self._turned(resized)

    def towards(self, pixels: Image.Image, shrunk: int, recipe: Recipe, policy: Policy) -> View:
        """This view, cut round where most happens."""
        left, top, right, bottom = (side / shrunk for side in self.region)
        size = focus.thumbnail_size((right - left, bottom - top))
        thumbnail = self._turned(pixels.resize(size, Image.Resampling.BOX, (left, top, right, bottom)))
        point = focus.busiest(thumbnail, self.layout.canvas)
        seen = self.turn.size((self.region[2] - self.region[0], self.region[3] - self.region[1]))
        return replace(self, layout=geometry.lay_out(seen, recipe, policy, point))

    def _turned(self, pixels: Image.Image) -> Image.Image:
        transpose = _TRANSPOSES.get(self.turn)
        return pixels if transpose is None else pixels.transpose(transpose)


def view_of(image: Image.Image, source: Source, recipe: Recipe, focal: Point | None, policy: Policy) -> View:
    """How ``recipe`` wants to see an opened picture. Decodes it only where it must be trimmed.

    Raises `SourceRefused`.
    """
    upright = turn_of(image)
    turn = upright.then(geometry.turn_of(recipe))
    region = _trimmed(image, source, upright, recipe.trim) if recipe.trim else (0, 0, *image.size)
    subject = _subject(recipe, focal)
    if subject is None:
        point = geometry.COMPASS.get(str(recipe.gravity), geometry.CENTER)
    else:
        point = turn.point(_within(region, upright, image.size, subject))
    seen = turn.size((region[2] - region[0], region[3] - region[1]))
    return View(region, turn, geometry.lay_out(seen, recipe, policy, point))


def _subject(recipe: Recipe, focal: Point | None) -> Point | None:
    """The point of the upright original that a cut must keep, where there is one."""
    if recipe.fit != "cover":
        return None
    return recipe.gravity if isinstance(recipe.gravity, tuple) else focal if recipe.gravity == "focal" else None


def _within(region: Region, upright: Turn, stored: Size, point: Point) -> Point:
    """Where a point of the upright original, per mille, lies in ``region`` of the stored one, per mille of that."""
    width, height = upright.size(stored)
    x, y = point[0] * width / 1000, point[1] * height / 1000
    x, y, _, _ = upright.box_before((x, y, x, y), (width, height))
    left, top, right, bottom = region
    return _per_mille(x - left, right - left), _per_mille(y - top, bottom - top)


def _per_mille(part: float, whole: int) -> int:
    return min(max(round(1000 * part / whole), 0), 1000)


def _trimmed(image: Image.Image, source: Source, upright: Turn, threshold: int) -> Region:
    """What is left when the border is cut off that looks like the upright picture's first pixel."""
    left, top, _, _ = upright.box_before((0, 0, 1, 1), upright.size(image.size))
    with refusing(source.format):
        pixels = colour.working(image)
    return focus.without_border(pixels, (int(left), int(top)), threshold)
