"""Filters over the surroundings of pixels: as sharp's, without bleeding, down to one pixel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from edge.image.transform import filters
from tests.edge.image.pictures import GREEN, RED, near, noise, pixel
from tests.edge.image.transform.sharp_reference import Reference, largest_difference, references

MODES = ["L", "LA", "RGB", "RGBA"]
EMBOSS = [-2, -1, 0, -1, 1, 1, 0, 1, 2]


def tolerance(reference: Reference) -> int:
    """Of 255. A wide blur is Pillow's, of the same standard deviation; sharpening is of brightness, not of L*.

    The input is noise of 16 × 12 pixels: on photographs both differ by less than one on average.
    """
    sigma = reference.options.get("sigma") or 0
    return 20 if reference.name == "sharpen" and sigma else 14 if sigma > 2 else 2


@pytest.mark.parametrize("reference", references("median", "convolve", "blur", "sharpen"), ids=str)
def test_the_result_is_sharps(reference: Reference) -> None:
    result = getattr(filters, reference.name)(reference.image, **reference.options)
    assert result.mode == reference.image.mode
    assert largest_difference(result, reference.result) <= tolerance(reference)


CALLS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "median": lambda image: filters.median(image, 5),
    "convolve": lambda image: filters.convolve(image, [1] * 25),
    "mild blur": filters.blur,
    "blur": lambda image: filters.blur(image, 1.2),
    "wide blur": lambda image: filters.blur(image, 1000),
    "mild sharpening": filters.sharpen,
    "sharpening": lambda image: filters.sharpen(image, 10),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 2)])
@pytest.mark.parametrize("name", CALLS)
def test_a_plain_image_stays_as_it_is(name: str, mode: str, size: tuple[int, int]) -> None:
    plain = Image.new(mode, size, (90, 120, 30, 200)[-len(mode) :] if len(mode) > 1 else 90)
    result = CALLS[name](plain)
    assert (result.mode, result.size) == (mode, size)
    assert largest_difference(result, plain) <= 1


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("name", CALLS)
def test_an_opaque_alpha_channel_changes_nothing(name: str, mode: str) -> None:
    image = noise((31, 17), mode)
    opaque = image.convert(f"{mode}A")
    assert CALLS[name](opaque).convert(mode).tobytes() == CALLS[name](image).tobytes()


@pytest.mark.parametrize("name", CALLS)
def test_transparent_colours_do_not_bleed_into_visible_ones(name: str) -> None:
    image = Image.new("RGBA", (60, 20), (*GREEN, 0))
    image.paste((*RED, 255), (0, 0, 30, 20))
    seen = [pixel(CALLS[name](image), x / 60, 0.5, "RGBA") for x in range(60)]
    # Sharpening makes the red's edge lighter; no green gets into it.
    assert all(near(colour[:3], RED, 30) and colour[1] <= 30 for colour in seen if colour[3] > 30)


@pytest.mark.parametrize("sigma", [0.3, 0.9, 1.6, 1.7, 4, 30])
def test_a_blur_is_as_wide_as_libvips_truncated_gaussian(sigma: float) -> None:
    """The standard deviation of a blurred line."""
    line = Image.new("L", (401, 3), 0)
    line.paste(255, (200, 0, 201, 3))
    values = filters.blur(line.resize((401, 3)), sigma).crop((0, 1, 401, 2)).tobytes()
    whole = sum(values)
    found = (sum(value * (x - 200) ** 2 for x, value in enumerate(values)) / whole) ** 0.5 if whole else 0
    half = filters._half_gaussian(sigma, 0.2)
    assert found == pytest.approx(filters._deviation(half), rel=0.15, abs=0.1)


@pytest.mark.parametrize("mode", MODES)
def test_sharpening_by_any_amount_gives_an_image(mode: str) -> None:
    image = noise((20, 15), mode)
    for amounts in ((10**6,) * 5, (0, 0, 0, 0, 0), (0, 10**6, 0, 0, 10**6)):
        assert filters.sharpen(image, 1, *amounts).size == (20, 15)


def test_a_kernels_scale_is_its_sum() -> None:
    image = noise((20, 15), "RGB")
    assert filters.convolve(image, [1] * 9).tobytes() == filters.convolve(image, [1] * 9, 9).tobytes()
    edges = [0, -1, 0, -1, 4, -1, 0, -1, 0]
    assert filters.convolve(image, edges).tobytes() == filters.convolve(image, edges, 1).tobytes()


@pytest.mark.parametrize(
    "call",
    [
        lambda image: filters.median(image, 4),
        lambda image: filters.median(image, 99),
        lambda image: filters.convolve(image, [1] * 16),
        lambda image: filters.convolve(image, []),
        lambda image: filters.blur(image, 0.1),
        lambda image: filters.blur(image, 1001),
        lambda image: filters.blur(image, float("nan")),
        lambda image: filters.sharpen(image, 11),
    ],
)
def test_what_is_out_of_bounds_is_an_error(call: Callable[[Image.Image], Image.Image]) -> None:
    with pytest.raises(ValueError):
        call(Image.new("RGB", (4, 4)))
