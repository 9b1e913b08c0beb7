"""Animations whose frames are parts of the image, each drawn on what the one before left, as browsers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from PIL import Image

from edge.image.colour import modes
from edge.image.geometry import Region, Size
from edge.image.pillow_compat.images import DeferredImage, crop


class Disposal(Enum):
    """What happens to a frame's region before the next frame is drawn."""

    KEEP = auto()
    CLEAR = auto()
    RESTORE = auto()


@dataclass(frozen=True, slots=True)
class FramePart:
    """A frame as its file has it: pixels that ``open`` opens, for a region that may exceed the canvas.

    It is shown for ``ms`` milliseconds. If ``blend``, what was there before shows through where it is transparent.
    """

    open: Callable[[], Image.Image]
    region: Region
    ms: float = 0
    disposal: Disposal = Disposal.KEEP
    blend: bool = True


class ComposedImage(DeferredImage):
    """An opened animation, whose frames are RGBA, as large as the canvas, and composed when they are loaded.

    Until a frame is sought it shows the ``poster``, which need not be one of them. It plays ``plays`` times; 0 is
    forever.
    """

    def __init__(
        self, name: str, size: Size, parts: Sequence[FramePart], poster: FramePart, plays: int, info: Mapping[Any, Any]
    ) -> None:
        super().__init__("RGBA", size)
        self.format, self.plays, self.info, self.n_frames = name, plays, dict(info), len(parts)
        self.info.pop("transparency", None)  # of a palette, which the composed frames do not have
        self._parts, self._poster = parts, poster
        self._wanted, self._shown = _POSTER, _NOTHING
        self._frames: Iterator[tuple[int, Image.Image]] = iter(())
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
                self._frames = iter([(_POSTER, next(self._compose([self._poster])))])
            elif self._wanted < self._shown or self._shown < 0:
                self._frames = enumerate(self._compose(self._parts))
            self._canvas = next(canvas for frame, canvas in self._frames if frame == self._wanted)
            self._shown = self._wanted
        return self._canvas

    def _compose(self, parts: Sequence[FramePart]) -> Iterator[Image.Image]:
        canvas = Image.new("RGBA", self.size)
        for part in parts:
            after = canvas.copy() if part.disposal is Disposal.RESTORE else canvas
            _draw(canvas, part)
            yield canvas
            if part.disposal is Disposal.CLEAR:
                canvas.paste((0, 0, 0, 0), part.region)
            canvas = after


_POSTER, _NOTHING = -1, -2


def _draw(canvas: Image.Image, part: FramePart) -> None:
    left, top, right, bottom = part.region
    right, bottom = min(right, canvas.width), min(bottom, canvas.height)
    if left >= right or top >= bottom:
        return
    pixels = crop(modes.to_working_mode(part.open()), (0, 0, right - left, bottom - top))
    if part.blend and pixels.has_transparency_data:
        canvas.alpha_composite(pixels.convert("RGBA"), (left, top))
    else:
        canvas.paste(pixels.convert("RGBA"), (left, top))
