"""Working on the colours of an image in strips, beside its alpha channel."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from edge.image.strips import map_strips


def map_colours(image: Image.Image, mode: str, function: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The results of ``function``, in ``mode`` (L or RGB), for the colours of ``image``; with its alpha channel.

    ``function`` gets strips in L or RGB, and must treat each pixel the same wherever it lies.
    """
    if not image.mode.endswith("A"):
        return map_strips(image, mode, function)

    def with_alpha(strip: Image.Image) -> Image.Image:
        changed = function(strip.convert(image.mode[:-1]))
        changed.putalpha(strip.getchannel("A"))
        return changed

    return map_strips(image, f"{mode}A", with_alpha)
