"""The dunes and the northern lights."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageStat


def test_the_dunes_are_brightest_at_their_focal_point(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["photo.jpg"])) as image:
        grey = image.convert("L").reduce(100)
    assert image.size == (2400, 1600)
    assert grey.getpixel((24 * 270 // 1000, 16 * 540 // 1000)) == grey.getextrema()[1]


def test_the_northern_lights_are_green_above_and_reflected_below(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["images/photo.png"])) as image:
        scene = image.convert("RGB")
    for part in (scene.crop((0, 0, 1200, 850)), scene.crop((0, 850, 1200, 1200))):
        red, green, _ = ImageStat.Stat(part).mean
        assert green > red
