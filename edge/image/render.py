"""A recipe, cooked: an original's bytes in, a variant's bytes out.

The order is that of the recipe's words: turn upright, trim, rotate, flip and flop, resize, grayscale, blur, sharpen,
then the ground: the corners of a picture that is aslant, the padding of ``contain``, and what a format without
transparency needs. So effects never touch the ground, and its colour is the colour that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import Image

from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.timings import Timings
from edge.contract.values import Point
from edge.image import geometry
from edge.image.colour import modes, source_profile, srgb
from edge.image.decode import animation
from edge.image.decode.copyright import credit_of
from edge.image.decode.load import load
from edge.image.decode.source import Source, opened, refusing
from edge.image.encode import source_quality, still
from edge.image.encode.animation import animation_writer
from edge.image.plan import View, view_of
from edge.image.transform import effects

#: The classes that may answer an animation with one.
_MOVING = frozenset({"avif", "webp", "basic", "gif"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A variant. ``ms`` holds the milliseconds of ``decode``, ``resize`` and ``encode``."""

    body: bytes
    content_type: str
    width: int
    height: int
    format: str
    ms: Mapping[str, float]


def render(body: bytes, recipe: Recipe, format_class: str, *, focal: Point | None = None, policy: Policy) -> Rendered:
    """The variant that ``recipe`` makes of the original ``body``, in the format that ``format_class`` means for it.

    ``focal`` is the asset's own point, per mille of the upright original, as is a point in the recipe. The same
    arguments give the same bytes. Raises `SourceRefused`.
    """
    timings = Timings()
    with opened(body, policy) as (image, source):
        cook = _RenderJob(
            body, image, source, source_profile.profile_of(image, body, source.format), recipe, policy, timings
        )
        with timings.measure("decode"):
            moving = format_class in _MOVING and source.moves_within(policy)
            view = view_of(image, source, recipe, focal, policy, moving=moving)
        if moving and _stays_small(source, view, policy):
            return cook.moving(view, format_class)
        return cook.still(view, format_class)


def _stays_small(source: Source, view: View, policy: Policy) -> bool:
    """Whether the animation is short enough as it will be too."""
    width, height = view.layout.canvas
    return source.frames * width * height <= policy.max_animation_pixels


#: From here on, making a picture smaller averages away what its last encoder did to it.
_REDUCED = 1.1


@dataclass(frozen=True, slots=True)
class _RenderJob:
    body: bytes
    image: Image.Image
    source: Source
    profile: bytes | None
    recipe: Recipe
    policy: Policy
    timings: Timings

    @property
    def quality(self) -> int:
        return self.recipe.quality or self.policy.quality

    @property
    def is_light(self) -> bool:
        """Whether the picture's numbers stand for light, until its profile is applied."""
        return srgb.is_near_in_light(self.profile or b"")

    def still(self, view: View, format_class: str) -> Rendered:
        with self.timings.measure("decode"), refusing(self.source.format):
            pixels, shrunk = load(self.image, self.body, view.box(), view.size)
        with self.timings.measure("resize"):
            view = self._aimed(view, pixels, shrunk)
            result = self._finished(view, pixels, shrunk)
            if result is not self.image:  # up to 400 MB that the encoder may need
                del pixels
                self.image.close()
        with self.timings.measure("encode"):
            name = still.choose(format_class, moving=False, transparent=modes.is_transparent(result))
            untouched = result is self.image and source_quality.is_kept(self.image, self.quality)
            quality = self._worthwhile(view)
            body = still.still(result, name, quality, self.recipe.bg, self._credit(), as_saved=untouched)
        return self._served(body, result.size, name)

    def moving(self, view: View, format_class: str) -> Rendered:
        name = still.choose(format_class, moving=True, transparent=False)
        size, plays = view.layout.canvas, animation.plays(self.image)
        writer = animation_writer(name, size, self.source.frames, plays, self.quality, self._credit())
        for index, (pixels, ms) in enumerate(self._frames()):
            with self.timings.measure("resize"):
                view = view if index else self._aimed(view, pixels)
                result = self._finished(view, pixels)
            with self.timings.measure("encode"):
                writer.add(result, ms)
        with self.timings.measure("encode"):
            body = writer.finish()
        return self._served(body, size, name)

    def _worthwhile(self, view: View) -> int:
        """The quality that was asked for, or less where the original's pixels, as many as they were, hold no more."""
        left, top, right, bottom = view.box()
        reduced = right - left > view.size[0] * _REDUCED or bottom - top > view.size[1] * _REDUCED
        return self.quality if reduced else min(self.quality, source_quality.quality(self.image, self.body))

    def _credit(self) -> bytes:
        return credit_of(self.image).exif() if self.policy.copyright else b""

    def _frames(self) -> Iterator[tuple[Image.Image, float]]:
        frames = animation.frames(self.image, self.source, self.policy)
        while True:
            with self.timings.measure("decode"), refusing(self.source.format):
                frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def _aimed(self, view: View, pixels: Image.Image, shrunk: int = 1) -> View:
        if self.recipe.gravity != "auto":
            return view
        return view.towards(pixels, shrunk, self.recipe, self.policy)

    def _finished(self, view: View, pixels: Image.Image, shrunk: int = 1) -> Image.Image:
        """All that happens to the pixels of one frame."""
        shown = modes.to_srgb(view.show(pixels, shrunk, is_light=self.is_light), self.profile)
        aslant = view.aslant(effects.applied(shown, self.recipe), self.recipe.bg)
        return modes.pad(aslant, view.layout.canvas, view.layout.offset, self.recipe.bg)

    def _served(self, body: bytes, size: geometry.Size, name: str) -> Rendered:
        return Rendered(body, still.CONTENT_TYPES[name], *size, name, self.timings)
