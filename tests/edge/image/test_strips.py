"""Large images are processed in strips that together are the whole image."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from edge.image import strips
from tests.edge.image.pictures import noise


@pytest.mark.parametrize("size", [(7, 1), (7, 10), (40, 25), (200, 3)])
def test_strips_cover_the_image_once(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "_STRIP_PIXELS", 100)
    image = noise(size)
    result, rows = Image.new("RGB", size), 0
    for top, strip in strips.strips(image):
        assert top == rows
        assert strip.width * strip.height <= max(100, strip.width)
        result.paste(strip, (0, top))
        rows += strip.height
    assert rows == image.height
    assert result.tobytes() == image.tobytes()


def test_map_strips_puts_the_results_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "_STRIP_PIXELS", 100)
    image = noise((40, 25))
    assert strips.map_strips(image, "RGB", ImageChops.invert).tobytes() == ImageChops.invert(image).tobytes()
    assert strips.map_strips(image, "L", lambda strip: strip.convert("L")).mode == "L"
