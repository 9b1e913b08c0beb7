"""What is known of an original once its header is read."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import floor

from edge.contract.policy import Policy
from edge.image.geometry import Size


@dataclass(frozen=True, slots=True)
class Source:
    """A file's format, its size in pixels after EXIF orientation, and its frames; a still image has one.

    Frames of GIF and PNG are counted to one above the policy's ``max_frames``.
    """

    format: str
    width: int
    height: int
    frames: int

    def moves_within(self, policy: Policy) -> bool:
        """Whether this is an animation whose frames may all be decoded. Of others only the first frame is shown."""
        return 1 < self.frames <= policy.max_frames and self._pixels(self.size) <= policy.max_animation_source_pixels

    def moves_at(self, size: Size, policy: Policy) -> bool:
        """Whether a variant of ``size`` is an animation too. A larger one shows the first frame."""
        return self.moves_within(policy) and self._pixels(size) <= policy.max_animation_pixels

    def largest_moving_width(self, policy: Policy) -> int:
        """The width in pixels up to which uncropped variants are animations; 0 if none is."""
        if not self.moves_within(policy):
            return 0
        return bisect_right(range(1, self.width + 1), policy.max_animation_pixels, key=self._pixels_at_width)

    @property
    def size(self) -> Size:
        return self.width, self.height

    def _pixels_at_width(self, width: int) -> int:
        return self._pixels((width, max(1, floor(self.height * width / self.width + 0.5))))

    def _pixels(self, size: Size) -> int:
        """The pixels of all frames at ``size``."""
        return self.frames * size[0] * size[1]


@dataclass(frozen=True, slots=True)
class SavedQuality:
    """How finely a lossy original is encoded: ``value`` on the scale of the encoder of ``format_name``.

    ``repeatable``: Pillow can encode the pixels again with the same tables and the same chroma subsampling.
    """

    format_name: str
    value: float
    repeatable: bool = False
