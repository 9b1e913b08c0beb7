"""Numbers of things, in words."""

from __future__ import annotations


def count_images(count: int) -> str:
    """``1 image``, ``2,000 images``."""
    return "1 image" if count == 1 else f"{count:,} images"
