"""Animations whose frames are parts: each laid on what the one before left, as browsers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from PIL import Image

from edge.image import pillow_compat
from edge.image.colour import modes
from edge.image.geometry import Region, Size


class Then(Enum):
    """What becomes of a frame's region when its time is over."""

    KEEP = auto()
    CLEAR = auto()
    RESTORE = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """A frame as its file has it: pixels that ``still`` opens, for a region that may hang over the canvas.

    ``over``: where it is transparent, what was there before shows through. ``ms`` is how long it stands.
    """

    still: Callable[[], Image.Image]
    region: Region
    ms: float = 0
    then: Then = Then.KEEP
    over: bool = True


class Composed(pillow_compat.DeferredImage):
    """An opened animation, whose frames are made in RGBA when they are loaded, each as big as the canvas.

    Until a frame is sought it shows the ``poster``, which need not be one of them. ``plays`` is how often they play, 0
    for ever.
    """

    def __init__(
        self, name: str, size: Size, parts: Sequence[Part], poster: Part, plays: int, info: Mapping[Any, Any]
    ) -> None:
        super().__init__("RGBA", size)
        self.format, self.plays, self.info, self.n_frames = name, plays, dict(info), len(parts)
        self.info.pop("transparency", None)  # a palette's, which the frames no longer have
        self._parts, self._poster = parts, poster
        self._wanted, self._shown = _POSTER, _NOTHING
        self._playing: Iterator[tuple[int, Image.Image]] = iter(())
        self._canvas = Image.new("RGBA", (0, 0))

    def seek(self, frame: int) -> None:
        if not 0 <= frame < self.n_frames:
            raise EOFError("The animation has no such frame.")
        self._wanted = frame
        self.info["duration"] = self._parts[frame].ms

    def tell(self) -> int:
        return max(self._wanted, 0)

    def pixels(self) -> Image.Image:
        if self._wanted != self._shown:
            if self._wanted == _POSTER:
                self._playing = iter([(_POSTER, next(self._played([self._poster])))])
            elif self._wanted < self._shown or self._shown < 0:
                self._playing = enumerate(self._played(self._parts))
            self._canvas = next(canvas for frame, canvas in self._playing if frame == self._wanted)
            self._shown = self._wanted
        return self._canvas

    def _played(self, parts: Sequence[Part]) -> Iterator[Image.Image]:
        canvas = Image.new("RGBA", self.size)
        for part in parts:
            after = canvas.copy() if part.then is Then.RESTORE else canvas
            _draw(canvas, part)
            yield canvas
            if part.then is Then.CLEAR:
                canvas.paste((0, 0, 0, 0), part.region)
            canvas = after


_POSTER, _NOTHING = -1, -2


def _draw(canvas: Image.Image, part: Part) -> None:
    left, top, right, bottom = part.region
    right, bottom = min(right, canvas.width), min(bottom, canvas.height)
    if left >= right or top >= bottom:
        return
    pixels = pillow_compat.crop(modes.to_working_mode(part.still()), (0, 0, right - left, bottom - top))
    if part.over and pixels.has_transparency_data:
        canvas.alpha_composite(pixels.convert("RGBA"), (left, top))
    else:
        canvas.paste(pixels.convert("RGBA"), (left, top))
