"""A synthetic photograph of 12 megapixels."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageFilter


@cache
def twelve_megapixels() -> bytes:
    """A JPEG of 4000 × 3000 pixels, which takes about as long to decode as a camera's (quality 88, about 3 MB)."""
    grain = [Image.effect_noise((4000, 3000), 20).filter(ImageFilter.GaussianBlur(0.7)) for _ in range(2)]
    shapes = Image.effect_noise((125, 94), 120).resize((4000, 3000), Image.Resampling.BICUBIC)
    out = BytesIO()
    Image.merge("RGB", [shapes, Image.blend(shapes, grain[0], 0.4), Image.blend(shapes, grain[1], 0.5)]).save(
        out, "JPEG", quality=88
    )
    return out.getvalue()
