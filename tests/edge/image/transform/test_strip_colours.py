"""Working on colours in strips."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from edge.image.transform.strip_colours import map_colours
from tests.edge.image.pictures import noise


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_only_the_colours_change_in_every_strip(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.image.strips._STRIP_PIXELS", 200)
    image, seen = noise((30, 40), mode), []

    def inverted(strip: Image.Image) -> Image.Image:
        seen.append(strip.mode)
        return ImageChops.invert(strip)

    result = map_colours(image, mode.removesuffix("A"), inverted)
    colours = mode.removesuffix("A")
    assert set(seen) == {colours}
    assert len(seen) > 1
    assert result.convert(colours).tobytes() == ImageChops.invert(image.convert(colours)).tobytes()
    if mode.endswith("A"):
        assert result.getchannel("A").tobytes() == image.getchannel("A").tobytes()
