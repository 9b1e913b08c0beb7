"""How finely a picture is worth coding: nothing is gained by keeping each trace that its last encoder left."""

from __future__ import annotations

from PIL import Image, JpegImagePlugin

from edge.image import encode

#: Coding anew costs a little quality of its own.
_ABOVE = 5
#: Table K.1 of ITU-T T.81, which encoders scale by their quality; this is the sum of its 64 steps.
_STEPS = 3688


def quality(image: Image.Image) -> int:
    """The highest quality, 1 to 100, that brings out something: a JPEG's own and a little; 100 of all else."""
    tables = image.quantization if isinstance(image, JpegImagePlugin.JpegImageFile) else {}
    if 0 not in tables:
        return 100
    percent = 100 * sum(tables[0]) / _STEPS
    # libjpeg's rule, turned round: https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jcparam.c
    saved_at = (200 - percent) / 2 if percent <= 100 else 5000 / percent
    return min(100, encode.unscaled(saved_at, "jpeg") + _ABOVE)
