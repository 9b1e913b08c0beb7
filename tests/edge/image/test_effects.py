"""What effects do to pixels, in every mode and down to one pixel."""

from __future__ import annotations

from itertools import pairwise
from math import erf, sqrt

import pytest
from PIL import Image, ImageChops

from edge.contract.recipe import Recipe
from edge.image.transform import effects
from tests.edge.image.pictures import (
    GREEN,
    RED,
    WHITE,
    decoded,
    near,
    noise,
    opened,
    pixel,
    quarters,
    saved,
    variant,
)

MODES = ["L", "LA", "RGB", "RGBA"]


def edge(dark: int, light: int, width: int = 60) -> Image.Image:
    image = Image.new("L", (width, 8), dark)
    image.paste(light, (width // 2, 0, width, 8))
    return image


def row(image: Image.Image) -> list[int]:
    return list(image.convert("L").crop((0, 4, image.width, 5)).tobytes())


@pytest.mark.parametrize("radius", [2, 5, 8])
def test_a_blurs_radius_is_the_standard_deviation(radius: int) -> None:
    blurred = row(effects.apply_effects(edge(0, 250, 120), Recipe(blur=radius)))
    for x, value in enumerate(blurred):
        assert abs(value - 125 * (1 + erf((x + 0.5 - 60) / (radius * sqrt(2))))) <= 8


def test_a_radius_is_in_pixels_of_the_result() -> None:
    big = saved(edge(0, 250, 480).resize((480, 64)), "png")
    small = saved(edge(0, 250, 120).resize((120, 16)), "png")
    pairs = zip(row(decoded(big, width=120, blur=4)), row(decoded(small, blur=4)), strict=True)
    assert all(abs(a - b) <= 8 for a, b in pairs)  # a pixel of the edge itself is the mean of light


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 2)])
@pytest.mark.parametrize("recipe", [Recipe(blur=100), Recipe(sharpen=10), Recipe(grayscale=True, blur=1, sharpen=1)])
def test_effects_stand_the_smallest_pictures(mode: str, size: tuple[int, int], recipe: Recipe) -> None:
    plain = Image.new(mode, size, (90, 120, 30, 200)[-len(mode) :] if len(mode) > 1 else 90)
    result = effects.apply_effects(plain, recipe)
    assert result.size == size
    # A plain picture has nothing to blur or to sharpen.
    expected = effects.apply_effects(plain, Recipe(grayscale=recipe.grayscale))
    assert max(high for _, high in bands(ImageChops.difference(result, expected))) <= 1


def bands(image: Image.Image) -> list[tuple[int, int]]:
    return [band.getextrema() for band in image.split()]  # type: ignore[misc]


def test_sharpening_deepens_an_edge_within_bounds() -> None:
    result = row(effects.apply_effects(edge(100, 150), Recipe(sharpen=2)))
    assert result[0] == 100
    assert result[-1] == 150
    assert 100 - 20 * 2.55 - 1 <= min(result) < 85
    assert 165 < max(result) <= 150 + 10 * 2.55 + 1
    assert result.index(min(result)) < 30 <= result.index(max(result))


def test_sharpening_hardly_touches_what_is_faint() -> None:
    faint, plain = row(effects.apply_effects(edge(100, 104), Recipe(sharpen=2))), row(edge(100, 104))
    assert 0 < max(abs(a - b) for a, b in zip(faint, plain, strict=True)) <= 2


def test_sharpening_moves_no_colour_by_itself() -> None:
    image = Image.merge("RGB", [edge(90, 150), edge(110, 170), edge(70, 130)])
    before, after = (
        list(zip(*(row(band) for band in each.split()), strict=True))
        for each in (image, effects.apply_effects(image, Recipe(sharpen=3)))
    )
    assert before != after
    assert all(len({b - a for a, b in zip(*pixels, strict=True)}) == 1 for pixels in zip(before, after, strict=True))


@pytest.mark.parametrize("options", [{"blur": 6}, {"sharpen": 6}])
def test_what_nobody_sees_does_not_bleed(options: dict[str, int]) -> None:
    """Green, which is wholly transparent, beside red."""
    image = Image.new("RGBA", (60, 20), (*GREEN, 0))
    image.paste((*RED, 255), (0, 0, 30, 20))
    result = effects.apply_effects(image, Recipe(**options))  # type: ignore[arg-type]
    seen = [pixel(result, x / 60, 0.5, "RGBA") for x in range(60)]
    assert all(near(colour[:3], RED, 8) for colour in seen if colour[3] > 30)


def test_sharpening_leaves_transparency_alone() -> None:
    image = noise((40, 30), "RGBA")
    assert effects.apply_effects(image, Recipe(sharpen=4)).getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_blurring_softens_transparency_too() -> None:
    image = Image.new("RGBA", (60, 20))
    image.paste((*RED, 255), (0, 0, 30, 20))
    alphas = list(effects.apply_effects(image, Recipe(blur=5)).getchannel("A").crop((0, 10, 60, 11)).tobytes())
    assert all(a >= b for a, b in pairwise(alphas))
    assert 100 < alphas[30] < 156


@pytest.mark.parametrize("mode", MODES)
def test_grayscale_keeps_what_shows_through_and_no_colour(mode: str) -> None:
    result = effects.apply_effects(noise((9, 9), mode), Recipe(grayscale=True))
    assert result.mode == ("LA" if mode.endswith("A") else "L")


def test_effects_do_not_touch_the_padding() -> None:
    body = saved(quarters((80, 40)), "png")
    padded = decoded(body, width=80, height=80, fit="contain", bg="ff0000", blur=10, grayscale=True)
    assert pixel(padded, 0.5, 0.24) == (255, 0, 0)
    assert pixel(padded, 0.5, 0.26) != (255, 0, 0)


def test_a_format_without_transparency_stands_on_the_ground() -> None:
    body = saved(Image.new("RGBA", (20, 20), (*RED, 128)), "png")
    assert near(
        pixel(opened(variant(body, "jpeg")), 0.5, 0.5), tuple((a + b) // 2 for a, b in zip(RED, WHITE, strict=True))
    )
    assert near(pixel(opened(variant(body, "jpeg", bg="000000")), 0.5, 0.5), tuple(a // 2 for a in RED))


def test_trimming_takes_what_compression_left_of_a_plain_border() -> None:
    image = Image.new("RGB", (160, 120), WHITE)
    image.paste(noise((64, 48)), (48, 40))
    body = saved(image, "jpeg", quality=80)
    width, height = decoded(body, trim=60).size
    assert 64 <= width <= 66
    assert 48 <= height <= 50
    assert decoded(body, trim=1).size > (66, 50)


def test_trimming_measures_from_the_first_pixel() -> None:
    image = Image.new("RGB", (60, 40), (100, 100, 100))
    image.paste((120, 100, 100), (20, 10, 40, 30))
    assert decoded(saved(image, "png"), trim=19).size == (20, 20)
    assert decoded(saved(image, "png"), trim=20).size == (60, 40)


def test_trimming_comes_before_resizing() -> None:
    image = Image.new("RGB", (200, 100), WHITE)
    image.paste(RED, (50, 25, 150, 75))
    assert decoded(saved(image, "png"), trim=10, width=50).size == (50, 25)


def test_trimming_sees_colours_only_where_they_are_seen() -> None:
    hidden = noise((60, 40), "RGBA")
    hidden.putalpha(0)
    hidden.paste((*RED, 255), (10, 10, 30, 20))
    assert decoded(saved(hidden, "png"), trim=10).size == (20, 10)
    hole = Image.new("RGBA", (60, 40), (*WHITE, 255))
    hole.paste((*WHITE, 0), (10, 10, 30, 20))
    assert decoded(saved(hole, "png"), trim=10).size == (20, 10)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (2, 2)])
def test_trimming_leaves_something_of_the_smallest_pictures(size: tuple[int, int]) -> None:
    for image in (Image.new("RGB", size, RED), Image.new("RGBA", size), noise(size)):
        assert min(decoded(saved(image, "png"), trim=10).size) >= 1
