"""How finely a picture is worth coding: nothing is gained by keeping each trace that its last encoder left."""

from __future__ import annotations

from PIL import Image, JpegImagePlugin

from edge.image import encode, vp8

#: Coding anew costs a little quality of its own.
_ABOVE = 5
#: Table K.1 of ITU-T T.81, which encoders scale by their quality; this is the sum of its 64 steps.
_STEPS = 3688


def quality(image: Image.Image, body: bytes) -> int:
    """The highest quality, 1 to 100, that brings out something: a JPEG's or lossy WebP's own and a little; 100 of all
    else."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        name, saved_at = "jpeg", _of_jpeg(image)
    else:
        name, saved_at = "webp", vp8.quality(body) if image.format == "WEBP" else None
    return 100 if saved_at is None else min(100, encode.unscaled(saved_at, name) + _ABOVE)


def _of_jpeg(image: JpegImagePlugin.JpegImageFile) -> float | None:
    """libjpeg's rule for its tables, turned round: https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jcparam.c"""
    if 0 not in image.quantization:
        return None
    percent = 100 * sum(image.quantization[0]) / _STEPS
    return (200 - percent) / 2 if percent <= 100 else 5000 / percent
