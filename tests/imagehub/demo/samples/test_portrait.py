"""The person above the mist."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageStat


def test_the_red_coat_is_at_the_focal_point_and_not_at_the_centre(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["people/portrait.jpg"])) as image:
        scene = image.convert("RGB")
    assert scene.size == (1600, 2400)
    assert _redness(scene, 0.64) > 30 > _redness(scene, 0.5)


def _redness(scene: Image.Image, height: float) -> float:
    """How much more red than green there is in a square of 100 pixels on the middle line."""
    top = round(scene.height * height) - 50
    red, green, _ = ImageStat.Stat(scene.crop((750, top, 850, top + 100))).mean
    return red - green
