"""What of a stored picture is seen, and how: found once, the same for each frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from PIL import Image

from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.values import COMPASS, Point
from edge.image import geometry
from edge.image.colour import modes
from edge.image.decode import animation
from edge.image.decode.source import Source, refusing, turn_of
from edge.image.geometry import Box, Layout, Region, Size, Turn
from edge.image.transform import attention, resize
from edge.image.transform.rotate import Tilt, tilt_of

_TRANSPOSES = {
    Turn(mirror_x=True): Image.Transpose.FLIP_LEFT_RIGHT,
    Turn(mirror_y=True): Image.Transpose.FLIP_TOP_BOTTOM,
    Turn(mirror_x=True, mirror_y=True): Image.Transpose.ROTATE_180,
    Turn(swap=True): Image.Transpose.TRANSPOSE,
    Turn(swap=True, mirror_x=True): Image.Transpose.ROTATE_270,
    Turn(swap=True, mirror_y=True): Image.Transpose.ROTATE_90,
    Turn(swap=True, mirror_x=True, mirror_y=True): Image.Transpose.TRANSVERSE,
}
_CLEAR = "00000000"


@dataclass(frozen=True, slots=True)
class View:
    """``region`` is what trimming left of the picture as it is stored; ``turn`` and ``tilt`` lay that as it is wanted.

    ``layout`` is of the whole that comes of it.
    """

    region: Region
    turn: Turn
    tilt: Tilt
    layout: Layout

    @property
    def turned(self) -> Size:
        """The size of the whole after the turn, not shrunk."""
        left, top, right, bottom = self.region
        return self.turn.size((right - left, bottom - top))

    @property
    def size(self) -> Size:
        """The size to resize to, before the turn."""
        return self.turn.size(self.tilt.piece(self.layout, self.turned)[1])

    def box(self, shrunk: int = 1) -> Box:
        """The part to resize, in the picture as it is stored, decoded at one ``shrunk``-th."""
        left, top, right, bottom = self.region
        box = self.turn.box_before(self.tilt.piece(self.layout, self.turned)[0], self.turned)
        return (
            max(box[0] + left, left) / shrunk,
            max(box[1] + top, top) / shrunk,
            min(box[2] + left, right) / shrunk,
            min(box[3] + top, bottom) / shrunk,
        )

    def show(self, pixels: Image.Image, shrunk: int = 1, *, is_light: bool = True) -> Image.Image:
        """``pixels`` cut, resized and turned. Resized before they are turned, while they are cheap to turn."""
        return self._turned(resize.resize(pixels, self.size, self._box_of(pixels, shrunk), is_light=is_light))

    def glance(self, pixels: Image.Image, shrunk: int = 1) -> Image.Image:
        """What `show` gives, of sixteen samples a pixel: cheap however big ``pixels`` are."""
        width, height = self.size
        box = self._box_of(pixels, shrunk)
        few = pixels.resize((4 * width, 4 * height), Image.Resampling.NEAREST, box)
        return self._turned(few.resize(self.size, Image.Resampling.BOX))

    def aslant(self, shown: Image.Image, bg: str) -> Image.Image:
        """What `show` gave, tilted on a ground of ``bg``."""
        return self.tilt.lay(shown, self.layout, self.turned, bg)

    def towards(self, pixels: Image.Image, shrunk: int, recipe: Recipe, policy: Policy) -> View:
        """This view, cut round where most happens."""
        seen = self.tilt.size(self.turned)
        size = attention.thumbnail_size(seen)
        whole = replace(self, layout=Layout((0, 0, *seen), size, size))
        thumbnail = whole.aslant(modes.to_srgb(whole.glance(pixels, shrunk), None), _CLEAR)
        point = attention.busiest(thumbnail, self.layout.canvas)
        return replace(self, layout=geometry.lay_out(seen, recipe, policy, point))

    def _box_of(self, pixels: Image.Image, shrunk: int) -> Box:
        """The `box`, within what was decoded: a decoder may have dropped half a pixel."""
        left, top, right, bottom = self.box(shrunk)
        return left, top, min(right, pixels.width), min(bottom, pixels.height)

    def _turned(self, pixels: Image.Image) -> Image.Image:
        transpose = _TRANSPOSES.get(self.turn)
        return pixels if transpose is None else pixels.transpose(transpose)


def view_of(
    image: Image.Image, source: Source, recipe: Recipe, focal: Point | None, policy: Policy, *, moving: bool
) -> View:
    """How ``recipe`` wants to see an opened picture. Decodes it, all its frames where it is ``moving``, only where it
    must be trimmed.

    Raises `SourceRefused`.
    """
    upright = turn_of(image)
    turn = upright.then(geometry.turn_of(recipe))
    if recipe.trim:
        pictures = (frame for frame, _ in animation.frames(image, source, policy)) if moving else _still(image)
        region = _trimmed(image.size, pictures, source, upright, recipe.trim)
    else:
        region = (0, 0, *image.size)
    size = turn.size((region[2] - region[0], region[3] - region[1]))
    tilt = tilt_of(recipe)
    subject = _subject(recipe, focal)
    if subject is None:
        point = COMPASS.get(str(recipe.gravity), geometry.CENTER)
    else:
        point = tilt.point(turn.point(_within(region, upright, image.size, subject)), size)
    return View(region, turn, tilt, geometry.lay_out(tilt.size(size), recipe, policy, point))


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


def _trimmed(size: Size, pictures: Iterable[Image.Image], source: Source, upright: Turn, threshold: int) -> Region:
    """What is left when the border is cut off that looks like the upright picture's first pixel."""
    left, top, _, _ = upright.box_before((0, 0, 1, 1), upright.size(size))
    with refusing(source.format):
        return attention.without_border(pictures, (int(left), int(top)), threshold)


def _still(image: Image.Image) -> Iterator[Image.Image]:
    image.load()
    yield modes.working(image)
