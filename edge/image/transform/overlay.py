"""Placing one image on another."""

from __future__ import annotations

from PIL import Image

from edge.image.geometry import Size
from edge.image.pillow_compat.images import crop
from edge.image.transform import resize


def fitted_size(mark: Size, box: tuple[int, int]) -> Size:
    """The largest size of the shape of ``mark`` in ``box``; a side of 0 there is free. Both 0: its own size."""
    scales = [most / side for most, side in zip(box, mark, strict=True) if most]
    scale = min(scales, default=1.0)
    return max(1, round(mark[0] * scale)), max(1, round(mark[1] * scale))


def overlay(base: Image.Image, mark: Image.Image, left: int, top: int, opacity: int = 100) -> Image.Image:
    """``mark`` over ``base``, with its top left corner at ``left``, ``top``, which may lie outside; in RGB or RGBA.

    ``opacity`` is in percent of the mark's own. Both images are in L, LA, RGB or RGBA. Beyond ``base`` it is cut off.
    """
    box = max(left, 0), max(top, 0), min(left + mark.width, base.width), min(top + mark.height, base.height)
    result = base.convert("RGBA" if base.mode.endswith("A") else "RGB")
    if box[0] >= box[2] or box[1] >= box[3] or not opacity:
        return result
    part = crop(mark, (box[0] - left, box[1] - top, box[2] - left, box[3] - top)).convert("RGBA")
    if opacity < 100:
        part.putalpha(part.getchannel("A").point([(value * opacity + 50) // 100 for value in range(256)]))
    if result.mode == "RGBA":
        result.alpha_composite(part, box[:2])
    else:
        result.paste(part.convert("RGB"), box[:2], part.getchannel("A"))
    return result


def scaled(mark: Image.Image, size: Size) -> Image.Image:
    """``mark`` (L, LA, RGB, RGBA) at ``size``."""
    return resize.resize(mark, size, (0, 0, *mark.size))
