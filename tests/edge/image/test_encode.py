from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.image import encode
from edge.image.encode import choose, scaled, unscaled
from tests.edge.image.pictures import BLUE, GREEN, RED, WHITE, cook, cooked, opened, saved, stripes

LOSSY = ("jpeg", "webp", "avif")


def plasma(size: tuple[int, int] = (96, 64)) -> Image.Image:
    bands = [Image.effect_noise(size, sigma).resize(size) for sigma in (20, 40, 60)]
    return Image.merge("RGB", bands)


@pytest.mark.parametrize("name", LOSSY)
def test_more_quality_is_more_bytes_and_less_error(name: str) -> None:
    original = plasma()
    body = saved(original, "png")
    sizes, errors = [], []
    for quality in (10, 40, 75, 95):
        rendered = cook(body, name, quality=quality)
        sizes.append(len(rendered.body))
        difference = ImageChops.difference(opened(rendered).convert("RGB"), original)
        errors.append(sum(ImageStat.Stat(difference).rms))
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)
    assert len(set(sizes)) == 4


@pytest.mark.parametrize("name", LOSSY)
def test_the_scale_rises_over_all_of_the_encoders(name: str) -> None:
    values = [scaled(quality, name) for quality in range(1, 101)]
    assert values == sorted(values)
    assert values[0] >= 1
    assert values[-1] <= 100


def test_without_a_quality_the_policys_is_taken() -> None:
    body = saved(plasma(), "png")
    assert cook(body, "jpeg").body == cook(body, "jpeg", quality=75).body != cook(body, "jpeg", quality=74).body


def test_fine_jpegs_keep_all_colour() -> None:
    body = saved(plasma(), "png")
    usual, fine = opened(cook(body, "jpeg")), opened(cook(body, "jpeg", quality=95))
    assert [layer[1:3] for layer in usual.layer] == [(2, 2), (1, 1), (1, 1)]  # type: ignore[attr-defined]
    assert [layer[1:3] for layer in fine.layer] == [(1, 1), (1, 1), (1, 1)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [*LOSSY, "png"])
def test_the_same_pixels_give_the_same_bytes(name: str) -> None:
    body = saved(plasma((400, 300)), "png")
    assert cook(body, name).body == cook(body, name).body


@pytest.mark.parametrize("name", LOSSY)
def test_a_coarse_jpeg_at_its_own_size_is_not_coded_more_finely_than_it_is(name: str) -> None:
    image = plasma((320, 240))
    coarse, fine = saved(image, "jpeg", quality=40), saved(image, "jpeg", quality=95)
    assert cook(coarse, name).body == cook(coarse, name, quality=90).body != cook(coarse, name, quality=20).body
    assert cook(fine, name).body != cook(fine, name, quality=90).body


def test_a_coarse_jpeg_made_again_is_hardly_bigger() -> None:
    body = saved(plasma((320, 240)), "jpeg", quality=50, optimize=True)
    assert len(cook(body, "jpeg").body) < 1.02 * len(body)
    assert len(cook(saved(plasma((320, 240)), "png"), "jpeg").body) > 1.2 * len(body)


def test_made_smaller_a_coarse_jpeg_is_worth_any_quality() -> None:
    body = saved(plasma((320, 240)), "jpeg", quality=40)
    assert len(cook(body, "jpeg", width=160, quality=90).body) > len(cook(body, "jpeg", width=160).body)


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
def test_an_encoders_number_is_ours_and_back(name: str) -> None:
    for quality in range(1, 101):
        assert scaled(unscaled(scaled(quality, name), name), name) == scaled(quality, name)


def test_a_picture_of_few_colours_is_a_small_png_of_the_same_pixels() -> None:
    image = stripes([RED, GREEN, BLUE, WHITE], (200, 150))
    rendered = cook(saved(image, "png"), "png")
    assert opened(rendered).mode == "P"
    assert opened(rendered).convert("RGB").tobytes() == image.tobytes()


def test_png_is_lossless() -> None:
    image = plasma()
    assert cooked(saved(image, "png"), "png").tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("format_class", "moving", "transparent", "name"),
    [
        ("avif", False, True, "avif"),
        ("avif", True, False, "webp"),
        ("webp", True, True, "webp"),
        ("basic", False, False, "jpeg"),
        ("basic", False, True, "png"),
        ("basic", True, True, "gif"),
        ("jpeg", False, True, "jpeg"),
        ("gif", False, False, "gif"),
    ],
)
def test_what_a_class_means(format_class: str, moving: bool, transparent: bool, name: str) -> None:
    assert choose(format_class, moving=moving, transparent=transparent) == name


def test_every_format_has_a_content_type() -> None:
    assert set(encode.CONTENT_TYPES) == {"jpeg", "png", "webp", "avif", "gif"}
