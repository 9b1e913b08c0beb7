"""Pictures for uploading, and looking at what came back."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def jpeg(colour: str, size: tuple[int, int] = (640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def colour_of(body: bytes) -> str:
    """``red``, ``green`` or ``blue``: what the middle of a picture mostly is."""
    with Image.open(BytesIO(body)) as picture:
        pixel = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return max(zip(pixel, ("red", "green", "blue"), strict=True))[1]
