"""Grayscale, blur and sharpen, in every mode and down to one pixel."""

from __future__ import annotations

from itertools import pairwise
from math import erf, sqrt

import pytest
from PIL import Image, ImageChops, ImageFilter

from edge.contract.recipe import Recipe
from edge.image.transform import effects
from tests.edge.image.pictures import (
    GREEN,
    RED,
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
def test_a_blurs_radius_is_its_standard_deviation(radius: int) -> None:
    blurred = row(effects.apply_effects(edge(0, 250, 120), Recipe(blur=radius)))
    for x, value in enumerate(blurred):
        assert abs(value - 125 * (1 + erf((x + 0.5 - 60) / (radius * sqrt(2))))) <= 8


def test_a_radius_is_in_pixels_of_the_result() -> None:
    big = saved(edge(0, 250, 480).resize((480, 64)), "png")
    small = saved(edge(0, 250, 120).resize((120, 16)), "png")
    pairs = zip(row(decoded(big, width=120, blur=4)), row(decoded(small, blur=4)), strict=True)
    assert all(abs(a - b) <= 8 for a, b in pairs)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 2)])
@pytest.mark.parametrize("recipe", [Recipe(blur=100), Recipe(sharpen=10), Recipe(grayscale=True, blur=1, sharpen=1)])
def test_effects_work_on_the_smallest_images(mode: str, size: tuple[int, int], recipe: Recipe) -> None:
    plain = Image.new(mode, size, (90, 120, 30, 200)[-len(mode) :] if len(mode) > 1 else 90)
    result = effects.apply_effects(plain, recipe)
    assert result.size == size
    # There is nothing to blur or sharpen in a plain image.
    expected = effects.apply_effects(plain, Recipe(grayscale=recipe.grayscale))
    assert max(high for _, high in band_extrema(ImageChops.difference(result, expected))) <= 1


def band_extrema(image: Image.Image) -> list[tuple[int, int]]:
    return [band.getextrema() for band in image.split()]  # type: ignore[misc]


def test_sharpening_raises_an_edges_contrast_within_limits() -> None:
    result = row(effects.apply_effects(edge(100, 150), Recipe(sharpen=2)))
    assert result[0] == 100
    assert result[-1] == 150
    assert 100 - 20 * 2.55 - 1 <= min(result) < 85
    assert 165 < max(result) <= 150 + 10 * 2.55 + 1
    assert result.index(min(result)) < 30 <= result.index(max(result))


def test_sharpening_hardly_changes_small_differences() -> None:
    faint, plain = row(effects.apply_effects(edge(100, 104), Recipe(sharpen=2))), row(edge(100, 104))
    assert 0 < max(abs(a - b) for a, b in zip(faint, plain, strict=True)) <= 2


def test_sharpening_changes_all_bands_alike() -> None:
    image = Image.merge("RGB", [edge(90, 150), edge(110, 170), edge(70, 130)])
    before, after = (
        list(zip(*(row(band) for band in each.split()), strict=True))
        for each in (image, effects.apply_effects(image, Recipe(sharpen=3)))
    )
    assert before != after
    assert all(len({b - a for a, b in zip(*pixels, strict=True)}) == 1 for pixels in zip(before, after, strict=True))


@pytest.mark.parametrize("options", [{"blur": 6}, {"sharpen": 6}])
def test_transparent_colours_do_not_bleed_into_visible_ones(options: dict[str, int]) -> None:
    """Fully transparent green beside red."""
    image = Image.new("RGBA", (60, 20), (*GREEN, 0))
    image.paste((*RED, 255), (0, 0, 30, 20))
    result = effects.apply_effects(image, Recipe(**options))  # type: ignore[arg-type]
    seen = [pixel(result, x / 60, 0.5, "RGBA") for x in range(60)]
    assert all(near(colour[:3], RED, 8) for colour in seen if colour[3] > 30)


def test_sharpening_does_not_change_alpha() -> None:
    image = noise((40, 30), "RGBA")
    assert effects.apply_effects(image, Recipe(sharpen=4)).getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_blurring_blurs_alpha_too() -> None:
    image = Image.new("RGBA", (60, 20))
    image.paste((*RED, 255), (0, 0, 30, 20))
    alphas = list(effects.apply_effects(image, Recipe(blur=5)).getchannel("A").crop((0, 10, 60, 11)).tobytes())
    assert all(a >= b for a, b in pairwise(alphas))
    assert 100 < alphas[30] < 156


@pytest.mark.parametrize("mode", MODES)
def test_grayscale_keeps_only_brightness_and_alpha(mode: str) -> None:
    result = effects.apply_effects(noise((9, 9), mode), Recipe(grayscale=True))
    assert result.mode == ("LA" if mode.endswith("A") else "L")


def test_effects_do_not_change_the_padding() -> None:
    body = saved(quarters((80, 40)), "png")
    padded = decoded(body, width=80, height=80, fit="contain", bg="ff0000", blur=10, grayscale=True)
    assert pixel(padded, 0.5, 0.24) == (255, 0, 0)
    assert pixel(padded, 0.5, 0.26) != (255, 0, 0)


PNG = saved(quarters(), "png")


def test_grayscale_does_not_change_the_background() -> None:
    result = decoded(PNG, grayscale=True, width=60, height=60, fit="contain", bg="ff0000")
    red, green, blue = pixel(result, 0.25, 0.25)
    assert red == green == blue
    assert near(pixel(result, 0.5, 0.02), (255, 0, 0))
    assert opened(variant(PNG, "jpeg", grayscale=True)).mode == "L"


def test_blur_lowers_and_sharpen_raises_contrast() -> None:
    def contrast(blur: int = 0, sharpen: int = 0) -> int:
        edges = decoded(body, blur=blur, sharpen=sharpen).convert("L").filter(ImageFilter.FIND_EDGES)
        return sum(value * count for value, count in enumerate(edges.histogram()))

    body = saved(quarters().filter(ImageFilter.GaussianBlur(1)), "png")
    assert contrast(blur=4) < contrast() < contrast(sharpen=2)


@pytest.mark.parametrize("mode", MODES)
def test_effects_are_applied_in_the_order_grayscale_blur_sharpen(mode: str) -> None:
    image = noise((48, 32), mode)
    steps = image
    for recipe in (Recipe(grayscale=True), Recipe(blur=2), Recipe(sharpen=3)):
        steps = effects.apply_effects(steps, recipe)
    assert effects.apply_effects(image, Recipe(grayscale=True, blur=2, sharpen=3)).tobytes() == steps.tobytes()
    other_order = effects.apply_effects(effects.apply_effects(image, Recipe(sharpen=3)), Recipe(blur=2))
    assert effects.apply_effects(image, Recipe(blur=2, sharpen=3)).tobytes() != other_order.tobytes()


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(300, 200), (5, 400), (1, 1)])
def test_what_is_obscured_keeps_size_and_mode_and_no_detail(mode: str, size: tuple[int, int]) -> None:
    result = effects.obscure(Image.effect_noise(size, 200).convert(mode))
    assert (result.mode, result.size) == (mode, size)
    if size == (300, 200):
        steps = ImageChops.difference(result.convert("L"), ImageChops.offset(result.convert("L"), 1, 0))
        assert steps.crop((1, 0, *size)).histogram()[9:] == [0] * 247


def test_colours_of_transparent_pixels_do_not_show_in_what_is_obscured() -> None:
    image = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 50, 100))
    result = effects.obscure(image)
    assert result.getpixel((2, 50)) == (0, 0, 255, 255)
    red = [pixel for _, pixel in result.getcolors(10_000) or [] if pixel[3] > 16]  # type: ignore[index] # "RGBA"
    assert max(pixel[0] for pixel in red) < 20  # type: ignore[index] # "RGBA"
