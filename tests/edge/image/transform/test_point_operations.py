"""Operations on single pixels: as sharp's, in every mode, alpha apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from edge.image.transform import point_operations
from tests.edge.image.pictures import noise
from tests.edge.image.transform.sharp_reference import Reference, largest_difference, references

#: Of 255. libvips' own rounding of the luminance is one off, which a tint by a pure colour triples.
TOLERANCE = {"tint": 3}
OPERATIONS: dict[str, Callable[..., Image.Image]] = {
    name: getattr(point_operations, name)
    for name in ("negate", "linear", "gamma", "grayscale", "tint", "threshold", "flatten")
}
MODES = ["L", "LA", "RGB", "RGBA"]


@pytest.mark.parametrize("reference", references(*OPERATIONS), ids=str)
def test_the_result_is_sharps(reference: Reference) -> None:
    result = OPERATIONS[reference.name](reference.image, **reference.options)
    assert largest_difference(result, reference.result) <= TOLERANCE.get(reference.name, 1)


CALLS: list[tuple[Callable[..., Image.Image], dict[str, Any]]] = [
    (point_operations.negate, {"alpha": False}),
    (point_operations.linear, {"factors": [2], "offsets": [-30]}),
    (point_operations.gamma, {"before": 2.2, "after": 1.5}),
    (point_operations.grayscale, {}),
    (point_operations.tint, {"colour": "704214"}),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("operation", "options"), CALLS, ids=[call.__name__ for call, _ in CALLS])
@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (40, 30)])
def test_size_and_alpha_stay(
    operation: Callable[..., Image.Image], options: dict[str, Any], mode: str, size: tuple[int, int]
) -> None:
    image = noise(size, mode)
    before = image.tobytes()
    result = operation(image, **options)
    assert result.size == size
    assert result.mode.endswith("A") == mode.endswith("A")
    if mode.endswith("A"):
        assert result.getchannel("A").tobytes() == image.getchannel("A").tobytes()
    assert image.tobytes() == before


@pytest.mark.parametrize("mode", MODES)
def test_a_negative_of_a_negative_is_the_image(mode: str) -> None:
    image = noise((20, 10), mode)
    for alpha in (True, False):
        negative = point_operations.negate(image, alpha=alpha)
        assert negative.tobytes() != image.tobytes()
        assert point_operations.negate(negative, alpha=alpha).tobytes() == image.tobytes()


def test_linear_takes_one_factor_for_each_channel_with_or_without_alpha() -> None:
    image = Image.new("RGBA", (1, 1), (10, 20, 30, 40))
    colours = point_operations.linear(image, [1, 2, 3], [5, 0, 0])
    assert colours.getpixel((0, 0)) == (15, 40, 90, 40)
    assert point_operations.linear(image, [1, 1, 1, 2], [0, 0, 0, 10]).getpixel((0, 0)) == (10, 20, 30, 90)
    with pytest.raises(ValueError, match="4 channels takes 1 or 3 factors, not 2"):
        point_operations.linear(image, [1, 2], [0, 0])


def test_gray_images_are_tinted_too() -> None:
    result = point_operations.tint(Image.new("L", (2, 2), 128), "0000ff")
    red, _, blue = result.getpixel((0, 0))  # type: ignore[misc]  # RGB
    assert blue > red + 50


def test_a_tint_keeps_black_and_white() -> None:
    image = Image.new("RGB", (2, 1), (0, 0, 0))
    image.putpixel((1, 0), (255, 255, 255))
    result = point_operations.tint(image, "704214")
    assert [result.getpixel((x, 0)) for x in (0, 1)] == [(0, 0, 0), (255, 255, 255)]


def test_flattening_removes_alpha() -> None:
    result = point_operations.flatten(Image.new("LA", (1, 1), (100, 0)), "0000ff")
    assert (result.mode, result.getpixel((0, 0))) == ("RGB", (0, 0, 255))
