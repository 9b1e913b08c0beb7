"""Resizing: in linear light where that is possible, weighted by alpha, within the requested box."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.contract.recipe import make_recipe
from edge.image import render
from edge.image.colour import transfer
from edge.image.transform import resize
from tests.edge.image.pictures import (
    POLICY,
    animation,
    decoded,
    near,
    noise,
    opened,
    saved,
    stripes,
)


def mean(image: Image.Image) -> list[float]:
    return ImageStat.Stat(image).mean


def checkers(mode: str, size: int = 64) -> Image.Image:
    """Black and white pixels in turn."""
    small = Image.new("L", (2, 2))
    small.putdata([0, 255, 255, 0])
    tiles = Image.new("L", (size, size))
    for x in range(0, size, 2):
        for y in range(0, size, 2):
            tiles.paste(small, (x, y))
    return tiles.convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
def test_a_checkerboard_keeps_its_light(mode: str) -> None:
    """From afar, a checkerboard has half of white's light, which is encoded as 188 and not as 128."""
    result = resize.resize(checkers(mode), (48, 48), (0, 0, 64, 64))
    light = transfer.srgb(mean(result.convert("L").crop((8, 8, 40, 40)))[0] / 255)
    assert abs(light - 0.5) < 0.04


def test_values_that_do_not_stand_for_light_are_averaged_as_they_are() -> None:
    result = resize.resize(checkers("RGB"), (48, 48), (0, 0, 64, 64), is_light=False)
    assert abs(mean(result.crop((8, 8, 40, 40)))[0] - 127.5) < 4


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize(("size", "by"), [((300, 200), 1), ((61, 41), 3), ((40, 90), 7)])
def test_a_plain_colour_stays_the_same(mode: str, size: tuple[int, int], by: int) -> None:
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


def test_only_the_box_is_resized() -> None:
    image = stripes([(255, 0, 0), (0, 255, 0), (0, 0, 255)], (900, 300))
    for width in (300, 150, 40):
        result = resize.resize(image, (width, width), (300, 0, 600, 300))
        # A filter reads pixels beyond the box, as if the image were cropped afterwards.
        inner = result.crop((3, 0, width - 3, width))
        difference = ImageChops.difference(inner, Image.new("RGB", inner.size, (0, 255, 0)))
        assert max(ImageStat.Stat(difference).extrema)[1] <= 2


@pytest.mark.parametrize("size", [(120, 90), (250, 190)])
def test_averaging_first_changes_little(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared with Lanczos alone over all pixels."""
    image = noise((40, 30), "RGB").resize((1200, 900), Image.Resampling.BICUBIC)
    result = resize.resize(image, size, (0, 0, 1200, 900))
    monkeypatch.setattr("edge.image.geometry.reductions", lambda _box, _size: ((1, 1), (1, 1)))
    alone = resize.resize(image, size, (0, 0, 1200, 900))
    assert alone.tobytes() != result.tobytes()
    assert max(mean(ImageChops.difference(result, alone))) < 2


def test_a_box_may_start_and_end_between_pixels() -> None:
    ramp = Image.linear_gradient("L").rotate(90).resize((1024, 64))
    result = resize.resize(ramp, (32, 8), (100.5, 0, 612.5, 64))
    expected = ramp.resize((32, 8), Image.Resampling.LANCZOS, (100.5, 0, 612.5, 64))
    assert max(ImageStat.Stat(ImageChops.difference(result, expected)).extrema[0]) <= 3


def test_an_image_that_keeps_its_size_keeps_its_pixels() -> None:
    image = noise((50, 40), "RGBA")
    assert resize.resize(image, (50, 40), (0, 0, 50, 40)).tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("width", [100, 30])
def test_transparent_colours_do_not_bleed_into_visible_ones(mode: str, width: int) -> None:
    visible, hidden = ((200, 255), (0, 0)) if mode == "LA" else ((220, 20, 20, 255), (0, 255, 0, 0))
    image = stripes([visible, hidden], (400, 200), mode)
    result = resize.resize(image, (width, width // 2), (0, 0, 400, 200))
    for x in range(width):
        *colour, alpha = result.getpixel((x, 5))  # type: ignore[misc]
        if alpha > 8:
            assert all(abs(a - b) <= 255 / alpha + 8 for a, b in zip(colour, visible, strict=False))


def disc(inside: tuple[int, ...], outside: tuple[int, ...]) -> Image.Image:
    mask = Image.radial_gradient("L").resize((200, 200)).point(lambda value: 255 * (value < 120))
    image = Image.new("RGBA", (200, 200), outside)
    image.paste(Image.new("RGBA", (200, 200), inside), mask=mask)
    return image


@pytest.mark.parametrize("hidden", [(0, 0, 0, 0), (0, 255, 0, 0), (255, 255, 255, 0)])
@pytest.mark.parametrize("options", [{"width": 37}, {"width": 37, "blur": 3}, {"width": 37, "sharpen": 2}])
def test_hidden_colours_leave_no_fringe_around_a_disc(hidden: tuple[int, ...], options: dict[str, int]) -> None:
    body = render(saved(disc((255, 0, 0, 255), hidden), "png"), make_recipe(options), "png", policy=POLICY)
    visible = [at[:3] for at in opened(body).get_flattened_data() if isinstance(at, tuple) and at[3] > 25]
    assert len(visible) > 100
    assert all(near(at, (255, 0, 0), 12) for at in visible)


Colour = tuple[int, ...]


PURE_RED: Colour = (255, 0, 0)


def half_seen(hidden: Colour) -> Image.Image:
    """Red on the left, transparent on the right. The edge lies at no multiple of the factors of a reduction."""
    image = Image.new("RGBA", (203, 101), (*hidden, 0))
    image.paste((*PURE_RED, 255), (0, 0, 97, 101))
    return image


def visible_colours(image: Image.Image, least: int = 20) -> list[Colour]:
    """The colours of the pixels that are not quite transparent."""
    values = image.convert("RGBA").get_flattened_data()
    return [value[:3] for value in values if isinstance(value, tuple) and value[3] >= least]


SOURCES: dict[str, dict[str, Any]] = {
    "png": {},
    "webp": {"lossless": True, "exact": True},
    "avif": {"quality": 100, "subsampling": "4:4:4"},
    "tiff": {},
    "gif": {},
}


@pytest.mark.parametrize("hidden", [(0, 0, 0), (0, 255, 0), (255, 255, 255)])
@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("width", [150, 60, 20, 7])
def test_red_stays_red_beside_transparent_pixels(name: str, hidden: Colour, width: int) -> None:
    result = decoded(saved(half_seen(hidden), name, **SOURCES[name]), width=width)
    found = visible_colours(result)
    assert len(found) > result.height * width // 3
    assert all(near(colour, PURE_RED, 14) for colour in found), {
        colour for colour in found if not near(colour, PURE_RED, 14)
    }


@pytest.mark.parametrize("width", [150, 60, 20, 7])
def test_white_stays_white_beside_transparent_black(width: int) -> None:
    image = Image.new("LA", (203, 101), (0, 0))
    image.paste((255, 255), (0, 0, 97, 101))
    result = decoded(saved(image, "png"), width=width)
    assert all(near(colour, (255, 255, 255), 14) for colour in visible_colours(result))


@pytest.mark.parametrize("width", [150, 60, 20])
def test_a_palette_with_a_transparent_entry_leaves_no_fringe(width: int) -> None:
    image = Image.new("P", (203, 101), 1)
    image.putpalette([*PURE_RED, 0, 255, 0])
    image.paste(0, (0, 0, 97, 101))
    result = decoded(saved(image, "png", transparency=1), width=width)
    assert all(near(colour, PURE_RED, 14) for colour in visible_colours(result))


@pytest.mark.parametrize("format_class", ["webp", "gif"])
def test_an_animation_has_no_fringe(format_class: str) -> None:
    frames = [half_seen((0, 255, 0)), half_seen((0, 255, 0)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    frames[1].paste((*PURE_RED, 255), (0, 0, 40, 40))
    frames[1].paste((*PURE_RED, 255), (97, 0, 120, 50))
    result = decoded(animation("png", frames, duration=100), format_class, width=60, quality=100)
    for number in range(result.n_frames):  # type: ignore[attr-defined]
        result.seek(number)
        assert all(near(colour, PURE_RED, 24) for colour in visible_colours(result, 60))
