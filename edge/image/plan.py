"""What part of a stored image a recipe shows, and how: planned once, then the same for each frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from PIL import Image

from edge.contract.edits import Area, RecipeOrEdits, as_edits
from edge.contract.errors import BadRequest
from edge.contract.policy import Policy
from edge.contract.recipe import Recipe, make_recipe
from edge.contract.values import COMPASS, FACES, Face, Point
from edge.image import geometry
from edge.image.colour import modes, srgb
from edge.image.decode.frames import decoded_frames
from edge.image.decode.source_file import SourceFile
from edge.image.geometry import Box, Layout, Orientation, Region, Size
from edge.image.transform import attention, resize, trim
from edge.image.transform.rotate import Rotation, rotation_of

_TRANSPOSES = {
    Orientation(mirror_x=True): Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation(mirror_y=True): Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation(mirror_x=True, mirror_y=True): Image.Transpose.ROTATE_180,
    Orientation(swap=True): Image.Transpose.TRANSPOSE,
    Orientation(swap=True, mirror_x=True): Image.Transpose.ROTATE_270,
    Orientation(swap=True, mirror_y=True): Image.Transpose.ROTATE_90,
    Orientation(swap=True, mirror_x=True, mirror_y=True): Image.Transpose.TRANSVERSE,
}
_TRANSPARENT = "00000000"
#: The thumbnail for `attention` averages this many samples across and down for each of its pixels.
_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How to get from the stored pixels to the result.

    ``region`` is what trimming leaves of the stored image. ``orientation``, then ``rotation``, are applied to it, and
    ``layout`` describes the crop, size and canvas of the image after both.
    """

    region: Region
    orientation: Orientation
    rotation: Rotation
    layout: Layout
    #: The boxes of all faces, in pixels of the image after both, before it is cropped.
    faces: tuple[Box, ...] = ()

    @property
    def oriented_size(self) -> Size:
        """The full size of the trimmed image after ``orientation``."""
        left, top, right, bottom = self.region
        return self.orientation.size((right - left, bottom - top))

    @property
    def size(self) -> Size:
        """The size to resize to, before ``orientation``."""
        return self.orientation.size(self.rotation.input_region(self.layout, self.oriented_size)[1])

    @property
    def is_scaled(self) -> bool:
        """Whether pixels of the result are mixtures of stored ones."""
        left, top, right, bottom = self.box()
        return (right - left, bottom - top) != self.size or (left % 1, top % 1) != (0, 0)

    def box(self, shrink: int = 1) -> Box:
        """The part of the stored image to resize, in pixels of the image decoded at one ``shrink``-th."""
        left, top, right, bottom = self.region
        box = self.rotation.input_region(self.layout, self.oriented_size)[0]
        box = self.orientation.inverse_box(box, self.oriented_size)
        return (
            max(box[0] + left, left) / shrink,
            max(box[1] + top, top) / shrink,
            min(box[2] + left, right) / shrink,
            min(box[3] + top, bottom) / shrink,
        )

    def crop_and_resize(
        self, pixels: Image.Image, shrink: int = 1, convert: srgb.Conversion | None = None
    ) -> Image.Image:
        """``pixels`` converted, cropped, resized and oriented, in this order, so that there are fewer to move."""
        box = self._decoded_box(pixels, shrink)
        if convert is None:
            return self._orient(resize.resize(pixels, self.size, box))
        return self._orient(resize.convert_and_resize(pixels, self.size, box, convert))

    def face_boxes(self) -> list[Box]:
        """The boxes of the faces that the result shows, the largest face first, in pixels of it and within it."""
        return [box for face in self.faces if (box := self.layout.place(face))]

    def rotate(self, image: Image.Image, bg: str) -> Image.Image:
        """The result of `crop_and_resize` after ``rotation``, on a background of ``bg``."""
        return self.rotation.apply(image, self.layout, self.oriented_size, bg)

    def with_attention(self, pixels: Image.Image, shrink: int, recipe: Recipe, policy: Policy) -> Plan:
        """This plan with its crop around the part of ``pixels`` that attracts attention."""
        rotated_size = self.rotation.size(self.oriented_size)
        size = attention.thumbnail_size(rotated_size)
        whole = replace(self, layout=Layout((0, 0, *rotated_size), size, size))
        thumbnail = whole.rotate(srgb.to_srgb(whole._thumbnail(pixels, shrink), None), _TRANSPARENT)
        point = attention.point_of_attention(thumbnail, self.layout.canvas)
        return replace(self, layout=geometry.lay_out(rotated_size, recipe, policy, point))

    def _thumbnail(self, pixels: Image.Image, shrink: int) -> Image.Image:
        """What `crop_and_resize` gives, from a fixed number of samples: cheap however many ``pixels`` there are."""
        width, height = self.size
        box = self._decoded_box(pixels, shrink)
        samples = pixels.resize((_SAMPLES * width, _SAMPLES * height), Image.Resampling.NEAREST, box)
        return self._orient(samples.resize(self.size, Image.Resampling.BOX))

    def _decoded_box(self, pixels: Image.Image, shrink: int) -> Box:
        """The `box`, within ``pixels``: a decoder that shrinks may round their size down."""
        left, top, right, bottom = self.box(shrink)
        return left, top, min(right, pixels.width), min(bottom, pixels.height)

    def _orient(self, pixels: Image.Image) -> Image.Image:
        transpose = _TRANSPOSES.get(self.orientation)
        return pixels if transpose is None else pixels.transpose(transpose)


def plan_of(
    file: SourceFile,
    what: RecipeOrEdits,
    focal: Point | None,
    policy: Policy,
    *,
    faces: Sequence[Face] = (),
    animated: bool,
) -> Plan:
    """The plan of ``what`` for an opened file. ``focal`` is the asset's own focal point, ``faces`` those found in it.

    Decodes the image, or all its frames if the result is to be ``animated``, only to trim it. Raises `SourceRefused`,
    and `BadRequest` for an area that is not within the image.
    """
    edits = as_edits(what)
    recipe, stored, stored_size = edits.recipe, file.orientation, file.size
    shown = stored if edits.upright else Orientation()
    orientation = shown.then(geometry.orientation_of(recipe))
    if recipe.trim:
        frames = (frame for frame, _ in decoded_frames(file, policy)) if animated else _still(file)
        region = _trimmed_region(file, frames, recipe.trim)
    else:
        region = _area_region(edits.area, shown, stored_size) if edits.area else (0, 0, *stored_size)
    size = orientation.size((region[2] - region[0], region[3] - region[1]))
    if edits.ratio:
        recipe = _sized(recipe, size, edits.ratio)
    rotation = rotation_of(recipe)

    def show(point: Point) -> Point:
        """Where a point of the upright original is after trimming, orientation and rotation."""
        return rotation.point(orientation.point(_point_in_region(region, stored, stored_size, point)), size)

    subject = _subject(recipe, focal)
    point = COMPASS.get(str(recipe.gravity), geometry.CENTER) if subject is None else show(subject)
    canvas = rotation.size(size)
    boxes = [box for face in wanted_faces(recipe, faces) if (box := _shown_box(face, show, canvas))]
    shown_faces = tuple(box for face in faces if (box := _shown_box(face, show, canvas)))
    return Plan(region, orientation, rotation, geometry.lay_out(canvas, recipe, policy, point, boxes), shown_faces)


def with_fallback(recipe: Recipe, focal: Point | None, faces: Sequence[Face]) -> Recipe:
    """``recipe`` without the gravities of faces if the original has none: then its focal point counts, else `auto`."""
    if recipe.gravity not in FACES or faces:
        return recipe
    return replace(recipe, gravity="auto" if focal is None else "focal", face=1, pad=None)


def wanted_faces(recipe: Recipe, faces: Sequence[Face]) -> Sequence[Face]:
    """Those of ``faces``, sorted by size, that ``recipe`` asks for. If it asks for one beyond the last, the last."""
    if recipe.gravity == "face":
        return faces[: recipe.face][-1:]
    return faces if recipe.gravity == "faces" else ()


def _shown_box(face: Face, show: Callable[[Point], Point], canvas: Size) -> Box | None:
    """The box around a face where ``show`` moves its corners, in pixels; None if nothing of it is left."""
    left, top, width, height = face
    corners = [show((x, y)) for x in (left, left + width) for y in (top, top + height)]
    (x0, *_, x1), (y0, *_, y1) = (sorted(line) for line in zip(*corners, strict=True))
    box = x0 * canvas[0] / 1000, y0 * canvas[1] / 1000, x1 * canvas[0] / 1000, y1 * canvas[1] / 1000
    return box if x0 < x1 and y0 < y1 else None


def _subject(recipe: Recipe, focal: Point | None) -> Point | None:
    """The point of the upright original that the crop must keep; None if any crop will do."""
    if recipe.fit != "cover":
        return None
    return recipe.gravity if isinstance(recipe.gravity, tuple) else focal if recipe.gravity == "focal" else None


def _point_in_region(region: Region, stored: Orientation, size: Size, point: Point) -> Point:
    """A point of the upright original, per mille, as per mille of ``region`` of the stored image of ``size``."""
    width, height = stored.size(size)
    x, y = point[0] * width / 1000, point[1] * height / 1000
    x, y, _, _ = stored.inverse_box((x, y, x, y), (width, height))
    left, top, right, bottom = region
    return _per_mille(x - left, right - left), _per_mille(y - top, bottom - top)


def _per_mille(part: float, whole: int) -> int:
    return min(max(round(1000 * part / whole), 0), 1000)


def _area_region(area: Area, shown: Orientation, size: Size) -> Region:
    """The part of the stored image of ``size`` that ``area`` of the ``shown`` one is. Raises `BadRequest`."""
    left, top, width, height = area
    most = shown.size(size)
    if min(left, top) < 0 or min(width, height) < 1 or left + width > most[0] or top + height > most[1]:
        message = f"The area of {width}x{height} pixels at {left},{top} is not within the image of {most[0]}x{most[1]}."
        raise BadRequest("area_out_of_bounds", message)
    x0, y0, x1, y1 = shown.inverse_box((left, top, left + width, top + height), most)
    return int(x0), int(y0), int(x1), int(y1)


def _sized(recipe: Recipe, size: Size, ratio: float) -> Recipe:
    """``recipe`` with the sides of an image of ``size`` times ``ratio``."""
    width, height = (max(1, round(side * ratio)) for side in size)
    return make_recipe({**asdict(recipe), "width": width, "height": height, "fit": "fill", "up": True})


def _trimmed_region(file: SourceFile, frames: Iterable[Image.Image], threshold: int) -> Region:
    """What is left of ``frames`` without the border that looks like the upright original's top left pixel."""
    left, top, _, _ = file.orientation.inverse_box((0, 0, 1, 1), file.orientation.size(file.size))
    with file.reading():
        return trim.trim_box(frames, (int(left), int(top)), threshold)


def _still(file: SourceFile) -> Iterator[Image.Image]:
    file.image.load()
    yield modes.to_working_mode(file.image)
