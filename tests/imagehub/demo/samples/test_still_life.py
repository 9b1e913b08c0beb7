"""The fruit on a transparent background."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def test_the_background_is_transparent_and_the_shadow_soft(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["image.png"])) as image:
        alpha = image.getchannel("A")
    assert alpha.getpixel((0, 0)) == 0
    assert alpha.getpixel((600, 540)) == 255
    assert any(count for count in alpha.histogram()[20:200])
