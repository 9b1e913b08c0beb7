"""An original's bytes in, a variant's bytes out.

The order of operations does not depend on the order of a URL's parameters: EXIF orientation, trim, rotate, flip and
flop, resize, grayscale, blur, sharpen; then the background: in the corners of a rotated image, around one with
``contain``, and behind one whose format has no transparency. So effects never change the background's colour. What a
recipe does not have, such as a watermark, comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from edge.contract.edits import Edits, RecipeOrEdits, as_edits
from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.timings import Timings
from edge.contract.values import Face, Point
from edge.image import geometry
from edge.image.colour import background
from edge.image.decode.copyright import Copyright, copyright_of
from edge.image.decode.frames import decoded_frames
from edge.image.decode.opening import open_source
from edge.image.decode.source_file import SourceFile
from edge.image.encode import source_quality, still
from edge.image.encode.animation import animation_writer
from edge.image.operations import NO_OVERLAYS, OperationSequence
from edge.image.plan import Plan, plan_of, with_fallback
from edge.image.resizing import decoded_size, resized
from edge.image.transform import effects

#: The format classes that answer an animation with an animation.
_ANIMATED = frozenset({"avif", "webp", "basic", "gif"})
#: An image that is reduced by more than this no longer shows its last encoder's artefacts.
_REDUCED = 1.1


@dataclass(frozen=True, slots=True)
class Rendered:
    """A variant. ``ms`` holds the milliseconds of ``decode``, ``resize`` and ``encode``."""

    body: bytes
    content_type: str
    width: int
    height: int
    format: str
    ms: Mapping[str, float]


def render(
    body: bytes,
    what: RecipeOrEdits,
    format_class: str,
    *,
    focal: Point | None = None,
    faces: Sequence[Face] = (),
    blurred: bool = False,
    overlays: Mapping[tuple[str, str], bytes] = NO_OVERLAYS,
    policy: Policy,
) -> Rendered:
    """The variant of the original ``body`` by ``what``, in the format that ``format_class`` stands for.

    ``focal`` is the asset's focal point, per mille of the upright original, as is a point in the recipe; ``faces`` are
    those found in it, the largest first. If ``blurred``, nothing in the result can be recognised. ``overlays`` has the
    originals that the operations of edits place on the image, by key and version. Equal arguments give equal bytes.
    Raises `SourceRefused`, `BadRequest` for edits that do not fit the image, and what `OperationSequence.apply` raises.
    """
    timings = Timings()
    edits = as_edits(what)
    edits = replace(edits, recipe=with_fallback(edits.recipe, focal, faces))
    with open_source(body, policy) as file:
        sequence = OperationSequence(edits.operations, overlays, policy)
        job = _RenderJob(file, edits, policy, timings, blurred, sequence)
        with timings.measure("decode"):
            animated = edits.moving and format_class in _ANIMATED and file.source.moves_within(policy)
            plan = plan_of(file, edits, focal, policy, faces=faces, animated=animated)
        if animated and file.source.moves_at(plan.layout.canvas, policy):
            return job.animation(plan, format_class)
        return job.still(plan, format_class)


@dataclass(frozen=True, slots=True)
class _RenderJob:
    file: SourceFile
    edits: Edits
    policy: Policy
    timings: Timings
    blurred: bool
    operations: OperationSequence

    @property
    def quality(self) -> int:
        return self.recipe.quality or self.policy.quality

    @property
    def recipe(self) -> Recipe:
        return self.edits.recipe

    def still(self, plan: Plan, format_class: str) -> Rendered:
        with self.timings.measure("decode"), self.file.reading():
            pixels, shrink = self.file.load(plan.box(), decoded_size(self.file, plan))
        with self.timings.measure("resize"):
            plan = self._with_attention(plan, pixels, shrink)
            result = self._transform(plan, pixels, shrink)
            if result is not self.file.image:
                # Frees up to 400 MB that overlays and the encoder may need.
                del pixels
                self.file.image.close()
            result = self.operations.apply(result, plan.face_boxes())
        with self.timings.measure("encode"):
            same_tables = result is self.file.image and self._can_keep_tables()
            quality = self._useful_quality(plan)
            encoded = still.encode_still(
                result, format_class, quality, self.recipe.bg, self._exif(), same_tables=same_tables
            )
        return self._rendered(encoded.body, result.size, encoded.format_name)

    def animation(self, plan: Plan, format_class: str) -> Rendered:
        name = still.choose_format(format_class, animated=True, transparent=False)
        results = self._results(plan)
        result, ms = next(results)
        with self.timings.measure("encode"):
            frames, plays = self.file.frames, self.file.plays
            writer = animation_writer(name, result.size, frames, plays, self.quality, self._exif())
            writer.add(result, ms)
        for result, ms in results:
            with self.timings.measure("encode"):
                writer.add(result, ms)
        with self.timings.measure("encode"):
            body = writer.finish()
        return self._rendered(body, result.size, name)

    def _results(self, plan: Plan) -> Iterator[tuple[Image.Image, float]]:
        """The frames of the variant, and the milliseconds that each is shown for."""
        for index, (pixels, ms) in enumerate(self._frames()):
            with self.timings.measure("resize"):
                plan = plan if index else self._with_attention(plan, pixels)
                result = self.operations.apply(self._transform(plan, pixels), plan.face_boxes(), self.file.frames)
            yield result, ms

    def _can_keep_tables(self) -> bool:
        """Whether an unchanged JPEG may be encoded with its own quantization tables."""
        saved = self.file.saved_quality
        return (
            saved is not None
            and saved.repeatable
            and source_quality.is_at_most(saved.value, saved.format_name, self.quality)
        )

    def _useful_quality(self, plan: Plan) -> int:
        """The quality that was asked for, or less for an original that was saved at less and is hardly reduced."""
        left, top, right, bottom = plan.box()
        if right - left > plan.size[0] * _REDUCED or bottom - top > plan.size[1] * _REDUCED:
            return self.quality
        saved = self.file.saved_quality
        if saved is None:
            return self.quality
        return min(self.quality, source_quality.useful_quality(saved.value, saved.format_name))

    def _exif(self) -> bytes:
        found = copyright_of(self.file) if self.policy.copyright else Copyright()
        orientation = 1 if self.edits.upright else geometry.EXIF_NUMBERS[self.file.orientation]
        return found.exif(orientation)

    def _frames(self) -> Iterator[tuple[Image.Image, float]]:
        frames = decoded_frames(self.file, self.policy)
        while True:
            with self.timings.measure("decode"), self.file.reading():
                frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def _with_attention(self, plan: Plan, pixels: Image.Image, shrink: int = 1) -> Plan:
        if self.recipe.gravity != "auto":
            return plan
        return plan.with_attention(pixels, shrink, self.recipe, self.policy)

    def _transform(self, plan: Plan, pixels: Image.Image, shrink: int = 1) -> Image.Image:
        """What the recipe does to the pixels of one frame."""
        image = resized(self.file, plan, pixels, shrink)
        changed = effects.apply_effects(effects.obscure(image) if self.blurred else image, self.recipe)
        rotated = plan.rotate(changed, self.recipe.bg)
        return background.pad(rotated, plan.layout.canvas, plan.layout.offset, self.recipe.bg)

    def _rendered(self, body: bytes, size: geometry.Size, name: str) -> Rendered:
        return Rendered(body, still.CONTENT_TYPES[name], *size, name, self.timings)
