from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.image.colour import transfer
from edge.image.transform import resize
from tests.edge.image.pictures import noise, stripes


def mean(image: Image.Image) -> list[float]:
    return ImageStat.Stat(image).mean


def checkers(mode: str, size: int = 64) -> Image.Image:
    """Black and white by turns, pixel by pixel."""
    small = Image.new("L", (2, 2))
    small.putdata([0, 255, 255, 0])
    tiles = Image.new("L", (size, size))
    for x in range(0, size, 2):
        for y in range(0, size, 2):
            tiles.paste(small, (x, y))
    return tiles.convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
def test_half_the_light_is_half_the_light(mode: str) -> None:
    """Black and white pixels by turns are, from afar, what half of white's light is coded as: 188, not 128."""
    result = resize.resize(checkers(mode), (48, 48), (0, 0, 64, 64))
    seen = transfer.srgb(mean(result.convert("L").crop((8, 8, 40, 40)))[0] / 255)
    assert abs(seen - 0.5) < 0.04


def test_numbers_that_are_no_light_are_averaged_as_they_are() -> None:
    result = resize.resize(checkers("RGB"), (48, 48), (0, 0, 64, 64), is_light=False)
    assert abs(mean(result.crop((8, 8, 40, 40)))[0] - 127.5) < 4


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize(("size", "by"), [((300, 200), 1), ((61, 41), 3), ((40, 90), 7)])
def test_an_even_colour_stays_that_colour(mode: str, size: tuple[int, int], by: int) -> None:
    for value in (0, 1, 37, 128, 254, 255):
        colour = [value] * len(Image.new(mode, (1, 1)).getbands())
        if mode.endswith("A"):
            colour[-1] = 255
        result = resize.resize(Image.new(mode, (303, 211), tuple(colour)), size, (1.5, 0.25, 302, 210))
        assert (result.mode, result.size) == (mode, size)
        for band, wanted in zip(result.split(), colour, strict=True):
            low, high = band.getextrema()
            assert low == high
            assert abs(low - wanted) <= 1  # type: ignore[operator]


def test_the_part_that_is_asked_for_and_nothing_beside_it() -> None:
    image = stripes([(255, 0, 0), (0, 255, 0), (0, 0, 255)], (900, 300))
    for width in (300, 150, 40):
        result = resize.resize(image, (width, width), (300, 0, 600, 300))
        # A filter looks across the edge of the box, as it would were the picture cut afterwards.
        inner = result.crop((3, 0, width - 3, width))
        difference = ImageChops.difference(inner, Image.new("RGB", inner.size, (0, 255, 0)))
        assert max(ImageStat.Stat(difference).extrema)[1] <= 2


@pytest.mark.parametrize("size", [(120, 90), (250, 190)])
def test_averaging_first_changes_little(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Against Lanczos alone, over all pixels at once."""
    image = noise((40, 30), "RGB").resize((1200, 900), Image.Resampling.BICUBIC)
    result = resize.resize(image, size, (0, 0, 1200, 900))
    monkeypatch.setattr("edge.image.geometry.reductions", lambda _box, _size: ((1, 1), (1, 1)))
    alone = resize.resize(image, size, (0, 0, 1200, 900))
    assert alone.tobytes() != result.tobytes()
    assert max(mean(ImageChops.difference(result, alone))) < 2


def test_a_box_between_pixels_is_met() -> None:
    ramp = Image.linear_gradient("L").rotate(90).resize((1024, 64))
    result = resize.resize(ramp, (32, 8), (100.5, 0, 612.5, 64))
    expected = ramp.resize((32, 8), Image.Resampling.LANCZOS, (100.5, 0, 612.5, 64))
    assert max(ImageStat.Stat(ImageChops.difference(result, expected)).extrema[0]) <= 3


def test_what_keeps_its_size_keeps_its_pixels() -> None:
    image = noise((50, 40), "RGBA")
    assert resize.resize(image, (50, 40), (0, 0, 50, 40)).tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("width", [100, 30])
def test_nothing_unseen_bleeds_into_what_is_seen(mode: str, width: int) -> None:
    seen, unseen = ((200, 255), (0, 0)) if mode == "LA" else ((220, 20, 20, 255), (0, 255, 0, 0))
    image = stripes([seen, unseen], (400, 200), mode)
    result = resize.resize(image, (width, width // 2), (0, 0, 400, 200))
    for x in range(width):
        *colour, alpha = result.getpixel((x, 5))  # type: ignore[misc]
        if alpha > 8:
            assert all(abs(a - b) <= 255 / alpha + 8 for a, b in zip(colour, seen, strict=False))
