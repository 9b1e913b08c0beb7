"""What is known of an original once its header is read."""

from __future__ import annotations

from dataclasses import dataclass

from edge.contract.policy import Policy


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
        """Whether this is an animation short enough to stay one; of others the first frame is shown."""
        pixels = self.frames * self.width * self.height
        return 1 < self.frames <= policy.max_frames and pixels <= policy.max_animation_pixels


@dataclass(frozen=True, slots=True)
class SavedQuality:
    """How finely a lossy original is encoded: ``value`` on the scale of the encoder of ``format_name``.

    ``repeatable``: Pillow can encode the pixels again with the same tables and the same chroma subsampling.
    """

    format_name: str
    value: float
    repeatable: bool = False
