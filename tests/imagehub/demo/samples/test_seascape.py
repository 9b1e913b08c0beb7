"""The panorama of the coast."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageStat


def test_the_water_is_brightest_below_the_sun(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["coast/panorama.jpg"])) as image:
        scene = image.convert("L")
    assert scene.size == (3600, 1200)
    below_the_sun, beside_it = (
        ImageStat.Stat(scene.crop((left, 700, left + 200, 1000))).mean[0] for left in (2200, 3200)
    )
    assert below_the_sun > beside_it + 20
