"""Images of one colour, and recognizing them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def jpeg(colour: str, size: tuple[int, int] = (640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def colour_of(body: bytes) -> str:
    """``red``, ``green`` or ``blue``: the strongest channel in the middle of the image."""
    with Image.open(BytesIO(body)) as image:
        pixel = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return max(zip(pixel, ("red", "green", "blue"), strict=True))[1]
