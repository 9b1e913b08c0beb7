from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.image import encode
from edge.image.encode import choose, scaled
from tests.edge.image.pictures import cook, cooked, opened, saved

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


def test_jpegs_are_progressive_and_fine_ones_keep_all_colour() -> None:
    body = saved(plasma(), "png")
    usual, fine = opened(cook(body, "jpeg")), opened(cook(body, "jpeg", quality=95))
    assert usual.info["progressive"]
    assert [layer[1:3] for layer in usual.layer] == [(2, 2), (1, 1), (1, 1)]  # type: ignore[attr-defined]
    assert [layer[1:3] for layer in fine.layer] == [(1, 1), (1, 1), (1, 1)]  # type: ignore[attr-defined]


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
