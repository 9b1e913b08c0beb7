"""Animations, written: frames to the bytes of an animated WebP or GIF."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from edge.image import encode, palette


def moving(images: Sequence[Image.Image], durations: Sequence[float], plays: int, name: str, quality: int) -> bytes:
    """An animation as ``webp`` or ``gif``: how long each frame stands, in ms, and how often all play (0: for ever)."""
    frames = [palette.for_gif(image, len(images)) for image in images] if name == "gif" else images
    options = {"save_all": True, "append_images": frames[1:], "duration": list(durations)}
    if name == "webp":
        options |= {"quality": encode.scaled(quality, name), "method": 2, "loop": plays}
        return encode.save(frames[0], name, options)
    # GIF counts the repeats after the first time, and plays once where nothing is said.
    loop = {} if plays == 1 else {"loop": max(0, plays - 1)}
    return encode.save(frames[0], name, options | {"disposal": 2, "optimize": False} | loop)
