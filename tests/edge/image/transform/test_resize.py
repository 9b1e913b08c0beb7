"""Resizing: over the encoded values, weighted by alpha, within the requested box, as Pillow's filter does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from edge.contract.recipe import make_recipe
from edge.image import render
from edge.image.geometry import Box
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


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr", "CMYK"])
@pytest.mark.parametrize("side", [48, 33, 9])
def test_a_checkerboard_becomes_the_mean_of_its_values(mode: str, side: int) -> None:
    result = resize.resize(checkers(mode), (side, side), (0, 0, 64, 64)).convert("L")
    inner = result.crop((side // 6, side // 6, side - side // 6, side - side // 6))
    assert abs(mean(inner)[0] - 127.5) < 2


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


SIDES = st.integers(1, 70)


def calm(size: tuple[int, int], mode: str) -> Image.Image:
    """Noise whose ringing stays between 0 and 255. What is clipped depends on which axis is filtered first."""
    return noise(size, mode).point([96 + value // 4 for value in range(256)] * len(Image.new(mode, (1, 1)).getbands()))


def off_by(one: Image.Image, other: Image.Image) -> float:
    assert (one.mode, one.size) == (other.mode, other.size)
    return max(high for _, high in ImageStat.Stat(ImageChops.difference(one, other)).extrema)


@st.composite
def boxes(draw: st.DrawFn, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Boxes in an image of ``size``, none of them empty."""
    starts = [draw(st.floats(0, side - 0.1)) for side in size]
    ends = [draw(st.floats(start + 0.1, side)) for start, side in zip(starts, size, strict=True)]
    return (*starts, *ends)  # type: ignore[return-value]


@settings(max_examples=400)
@given(st.data(), st.tuples(SIDES, SIDES), st.tuples(SIDES, SIDES), st.sampled_from(["L", "RGB", "CMYK", "YCbCr"]))
def test_any_box_at_any_size_is_within_two_values_of_pillow(
    data: st.DataObject, size: tuple[int, int], wanted: tuple[int, int], mode: str
) -> None:
    image = calm(size, mode)
    box = data.draw(st.one_of(st.just((0, 0, *size)), boxes(size)))
    expected = image.resize(wanted, Image.Resampling.LANCZOS, box)
    assert off_by(resize.lanczos(image, wanted, box), expected) <= 2


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("wanted", [(31, 17), (8, 9), (130, 90), (1, 1)])
def test_colours_are_weighted_by_alpha(mode: str, wanted: tuple[int, int]) -> None:
    image = calm((61, 47), mode)
    expected = image.convert("RGBA").convert("RGBa").resize(wanted, Image.Resampling.LANCZOS).convert("RGBA")
    got = resize.lanczos(image, wanted, (0, 0, 61, 47))
    assert got.mode == mode
    for ground in ("black", "white"):
        laid = [
            Image.alpha_composite(Image.new("RGBA", wanted, ground), each.convert("RGBA")) for each in (got, expected)
        ]
        assert off_by(*laid) <= 3


def test_an_image_in_a_buffer_of_its_own_is_not_changed() -> None:
    pixels = bytearray(noise((40, 30), "RGBA").tobytes())
    image = Image.frombuffer("RGBA", (40, 30), pixels, "raw", "RGBA", 0, 1)
    before = bytes(pixels)
    resize.lanczos(image, (10, 10), (0, 0, 40, 30))
    assert bytes(pixels) == before


def test_a_box_that_exceeds_the_image_by_a_rounding_is_accepted() -> None:
    image = noise((3, 3), "L")
    for start in (0.1, 0.7, 1.1, 2.2 - 1e-16):
        assert resize.lanczos(image, (2, 2), (start, start, 3.0000000000000004, 3)).size == (2, 2)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("box", [(0, 0, 2500, 4000), (10.3, 55.7, 2300.2, 3990.9)], ids=str)
@pytest.mark.parametrize("size", [(100, 150), (1250, 2000), (2500, 3)], ids=str)
def test_what_is_converted_in_bands_has_no_seams(mode: str, box: Box, size: tuple[int, int]) -> None:
    image = noise((250, 400), mode).resize((2500, 4000), Image.Resampling.NEAREST)
    whole = resize.lanczos(image, size, box)
    banded = resize.convert_and_resize(image, size, box, lambda band: band)
    assert banded.tobytes() == whole.tobytes()


def test_enlarged_bands_have_no_seams() -> None:
    """Weights differ in their last bits."""
    image = noise((1000, 2000), "RGB").resize((3000, 6000), Image.Resampling.BICUBIC)
    whole = resize.lanczos(image, (3300, 6600), (0, 0, 3000, 6000))
    banded = resize.convert_and_resize(image, (3300, 6600), (0, 0, 3000, 6000), lambda band: band)
    assert max(high for _, high in ImageChops.difference(whole, banded).getextrema()) <= 2  # type: ignore[misc]
