"""Cutting out, extending and rounding a resized image."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.image.transform import canvas
from tests.edge.image.pictures import noise
from tests.edge.image.transform.sharp_reference import Reference, largest_difference, references

MODES = ["L", "LA", "RGB", "RGBA"]


@pytest.mark.parametrize("reference", references("round_crop"), ids=str)
def test_a_round_crop_is_sharps_but_for_the_smoothing_of_its_edge(reference: Reference) -> None:
    """Sizes are the same; librsvg's edges have sixteen steps."""
    assert largest_difference(canvas.round_crop(reference.image, **reference.options), reference.result) <= 10


@pytest.mark.parametrize("reference", references("extend"), ids=str)
def test_extending_is_sharps(reference: Reference) -> None:
    assert largest_difference(canvas.extend(reference.image, **reference.options, max_side=100), reference.result) == 0


@pytest.mark.parametrize("mode", MODES)
def test_an_area_is_cut_out(mode: str) -> None:
    image = noise((20, 10), mode)
    assert canvas.extract(image, 3, 2, 5, 4).tobytes() == image.crop((3, 2, 8, 6)).tobytes()
    assert canvas.extract(image, 0, 0, 20, 10).tobytes() == image.tobytes()


@pytest.mark.parametrize(
    "area", [(-1, 0, 5, 5), (0, 0, 21, 5), (18, 0, 3, 5), (0, 8, 5, 3), (0, 0, 0, 5), (20, 0, 1, 1)]
)
def test_an_area_outside_the_image_is_an_error(area: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="not within the image, which has 20 × 10"):
        canvas.extract(Image.new("RGB", (20, 10)), *area)


@pytest.mark.parametrize("margins", [(-1, 0, 0, 0), (0, 81, 0, 0), (91, 0, 0, 0), (10**9, 0, 0, 0)])
def test_an_extended_image_is_no_larger_than_the_policy_allows(margins: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="a side may have 100"):
        canvas.extend(Image.new("RGB", (20, 10)), *margins, "ffffff", 100)


@pytest.mark.parametrize("mode", MODES)
def test_the_default_is_the_largest_circle_in_the_middle(mode: str) -> None:
    result = canvas.round_crop(Image.new(mode, (80, 50), (9, 99, 200, 255)[-len(mode) :] if len(mode) > 1 else 9))
    assert result.size == (50, 50)
    assert result.mode == f"{mode.removesuffix('A')}A"
    alpha = result.getchannel("A")
    assert (alpha.getpixel((0, 0)), alpha.getpixel((25, 25)), alpha.getpixel((25, 1))) == (0, 255, 255)


def test_a_transparent_image_stays_transparent() -> None:
    result = canvas.round_crop(Image.new("RGBA", (40, 40), (255, 0, 0, 100)))
    assert result.getchannel("A").getextrema() == (0, 100)


@pytest.mark.parametrize("options", [{"rx": 0}, {"ry": 0}, {"left": -500, "top": 0}, {"rx": -5}, {"left": 1e9}])
def test_an_ellipse_of_nothing_leaves_a_transparent_image(options: dict[str, float]) -> None:
    result = canvas.round_crop(noise((30, 20), "RGB"), **options)
    assert (result.size, result.getchannel("A").getextrema()) == ((30, 20), (0, 0))


def test_an_ellipse_around_everything_cuts_nothing_off() -> None:
    image = noise((30, 20), "RGB")
    result = canvas.round_crop(image, rx=1e6, ry=1e6)
    assert result.convert("RGB").tobytes() == image.tobytes()
    assert result.getchannel("A").getextrema() == (255, 255)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_quarter_turns_move_pixels_clockwise(degrees: int) -> None:
    image = noise((30, 20), "RGB")
    turned = canvas.rotate(image, degrees, "000000")
    for _ in range(4 - degrees // 90):
        turned = canvas.rotate(turned, 90, "000000")
    assert turned.tobytes() == image.tobytes()
    corner = canvas.rotate(image, 90, "000000").getpixel((19, 0))
    assert corner == image.getpixel((0, 0))


@pytest.mark.parametrize("mode", MODES)
def test_an_angle_gets_a_canvas_that_holds_all_of_the_image(mode: str) -> None:
    turned = canvas.rotate(Image.new(mode, (100, 60), 255 if len(mode) == 1 else (255,) * len(mode)), 30, "ff0000")
    assert turned.size == (117, 102)
    assert turned.convert("RGB").getpixel((2, 2)) == (255, 0, 0)
    assert turned.convert("RGB").getpixel((58, 51)) == (255, 255, 255)
