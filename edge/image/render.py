"""A recipe, cooked: an original's bytes in, a variant's bytes out.

The order is that of the recipe's words: turn upright, trim, rotate, flip and flop, resize, grayscale, blur, sharpen,
then the ground: the corners of a picture that is aslant, the padding of ``contain``, and what a format without
transparency needs. So effects never touch the ground, and its colour is the colour that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import Image

from edge.image import animate, colour, effects, encode, geometry, motion, spaces, srgb, worth
from edge.image.credit import credit_of
from edge.image.decode import Source, opened, refusing
from edge.image.load import load
from edge.image.view import View, view_of
from edge.policy import Policy
from edge.recipe import Point, Recipe
from edge.timings import Timings

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
        cook = _Cook(body, image, source, spaces.profile_of(image, body, source.format), recipe, policy, timings)
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
class _Cook:
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
            name = encode.choose(format_class, moving=False, transparent=colour.is_transparent(result))
            untouched = result is self.image and worth.is_kept(self.image, self.quality)
            quality = self._worthwhile(view)
            body = encode.still(result, name, quality, self.recipe.bg, self._credit(), as_saved=untouched)
        return self._served(body, result.size, name)

    def moving(self, view: View, format_class: str) -> Rendered:
        name = encode.choose(format_class, moving=True, transparent=False)
        size, plays = view.layout.canvas, motion.plays(self.image)
        film = animate.film(name, size, self.source.frames, plays, self.quality, self._credit())
        for index, (pixels, ms) in enumerate(self._frames()):
            with self.timings.measure("resize"):
                view = view if index else self._aimed(view, pixels)
                result = self._finished(view, pixels)
            with self.timings.measure("encode"):
                film.add(result, ms)
        with self.timings.measure("encode"):
            body = film.finish()
        return self._served(body, size, name)

    def _worthwhile(self, view: View) -> int:
        """The quality that was asked for, or less where the original's pixels, as many as they were, hold no more."""
        left, top, right, bottom = view.box()
        reduced = right - left > view.size[0] * _REDUCED or bottom - top > view.size[1] * _REDUCED
        return self.quality if reduced else min(self.quality, worth.quality(self.image, self.body))

    def _credit(self) -> bytes:
        return credit_of(self.image).exif() if self.policy.copyright else b""

    def _frames(self) -> Iterator[tuple[Image.Image, float]]:
        frames = motion.frames(self.image, self.source, self.policy)
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
        shown = colour.to_srgb(view.show(pixels, shrunk, is_light=self.is_light), self.profile)
        aslant = view.aslant(effects.applied(shown, self.recipe), self.recipe.bg)
        return colour.pad(aslant, view.layout.canvas, view.layout.offset, self.recipe.bg)

    def _served(self, body: bytes, size: geometry.Size, name: str) -> Rendered:
        return Rendered(body, encode.CONTENT_TYPES[name], *size, name, self.timings)
