"""The quality that a lossy original is worth: encoding it finer than it was saved only preserves its artefacts."""

from __future__ import annotations

from edge.image.encode.quality import from_encoder

#: Encoding again loses a little, which this many points make up for.
_MARGIN = 5


def useful_quality(saved_at: float, format_name: str) -> int:
    """The highest quality, 1 to 100, worth using for an original saved at ``saved_at`` on its own encoder's scale."""
    return min(100, from_encoder(saved_at, format_name) + _MARGIN)


def is_at_most(saved_at: float, format_name: str, quality: int) -> bool:
    """Whether an original saved at ``saved_at`` on its own encoder's scale is no finer than our ``quality``."""
    return from_encoder(saved_at, format_name) <= quality
