from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.JpegImagePlugin import JpegImageFile

from edge.image.encode import still
from edge.image.encode.quality import from_encoder, to_encoder
from edge.image.encode.still import choose_format
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    decoded,
    noise,
    opened,
    photograph,
    saved,
    stripes,
    variant,
)

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
        rendered = variant(body, name, quality=quality)
        sizes.append(len(rendered.body))
        difference = ImageChops.difference(opened(rendered).convert("RGB"), original)
        errors.append(sum(ImageStat.Stat(difference).rms))
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)
    assert len(set(sizes)) == 4


@pytest.mark.parametrize("name", LOSSY)
def test_the_scale_rises_over_all_of_the_encoders(name: str) -> None:
    values = [to_encoder(quality, name) for quality in range(1, 101)]
    assert values == sorted(values)
    assert values[0] >= 1
    assert values[-1] <= 100


def test_without_a_quality_the_policys_is_taken() -> None:
    body = saved(plasma(), "png")
    assert (
        variant(body, "jpeg").body == variant(body, "jpeg", quality=75).body != variant(body, "jpeg", quality=74).body
    )


def test_fine_jpegs_keep_all_colour() -> None:
    body = saved(plasma(), "png")
    usual, fine = opened(variant(body, "jpeg")), opened(variant(body, "jpeg", quality=95))
    assert [layer[1:3] for layer in usual.layer] == [(2, 2), (1, 1), (1, 1)]  # type: ignore[attr-defined]
    assert [layer[1:3] for layer in fine.layer] == [(1, 1), (1, 1), (1, 1)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("quality", [75, 90, 95, 100])
@pytest.mark.parametrize("side", [160, 900])
def test_a_jpeg_of_noise_is_written_though_it_has_more_bytes_than_pixels(quality: int, side: int) -> None:
    """Pillow's buffer for libjpeg holds one or two a pixel."""
    assert decoded(saved(noise((side, side)), "png"), "jpeg", quality=quality).size == (side, side)


def test_a_coarse_jpeg_of_noise_is_written_again() -> None:
    flat = {"quality": 30, "qtables": [[4] * 64, [4] * 64], "subsampling": 0}
    body = saved(noise((900, 900)), "jpeg", **flat)
    assert len(body) > 2 * 900 * 900
    assert still.encode_still(Image.open(BytesIO(body)), "jpeg", 75, "ffffff", same_tables=True)


@pytest.mark.parametrize("name", [*LOSSY, "png"])
def test_the_same_pixels_give_the_same_bytes(name: str) -> None:
    body = saved(plasma((400, 300)), "png")
    assert variant(body, name).body == variant(body, name).body


@pytest.mark.parametrize("name", LOSSY)
def test_a_coarse_jpeg_at_its_own_size_is_not_coded_more_finely_than_it_is(name: str) -> None:
    image = plasma((320, 240))
    coarse, fine = saved(image, "jpeg", quality=40), saved(image, "jpeg", quality=95)
    assert (
        variant(coarse, name).body == variant(coarse, name, quality=90).body != variant(coarse, name, quality=20).body
    )
    assert variant(fine, name).body != variant(fine, name, quality=90).body


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("saved_at", [50, "web_low", "low"])
@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:0"])
def test_a_coarse_jpeg_made_again_is_no_bigger_and_what_it_was(mode: str, saved_at: int | str, sampling: str) -> None:
    body = saved(photograph(mode), "jpeg", quality=saved_at, subsampling=sampling, optimize=True, progressive=True)
    rendered = variant(body, "jpeg")
    assert len(rendered.body) < 1.01 * len(body)
    with Image.open(BytesIO(body)) as was, Image.open(BytesIO(rendered.body)) as became:
        assert isinstance(was, JpegImageFile)
        assert isinstance(became, JpegImageFile)
        assert became.quantization == was.quantization
        assert ImageStat.Stat(ImageChops.difference(was.convert("RGB"), became.convert("RGB"))).mean < [1.5] * 3


@pytest.mark.parametrize("progressive", [True, False])
def test_a_small_jpeg_made_again_is_no_bigger_however_it_was_saved(progressive: bool) -> None:
    body = saved(photograph(side=96), "jpeg", quality=30, optimize=True, progressive=progressive)
    assert len(variant(body, "jpeg").body) <= len(body)


def with_sampling(body: bytes, *factors: int) -> bytes:
    """A JPEG that says that its components are sampled so; what it shows then does not matter."""
    frame = body.index(b"\xff\xc0") + 10
    said = bytearray(body)
    said[frame + 1 : frame + 3 * len(factors) + 1 : 3] = bytes(factors)
    return bytes(said)


def test_a_coarse_jpeg_that_pillow_cannot_repeat_is_coded_as_any_picture() -> None:
    """In an unusual sampling, as RGB, or with tables that are not one a component in order."""
    coarse = {"quality": 30, "subsampling": 0}
    usual = saved(photograph(side=96), "jpeg", **coarse)
    assert encoded_anew(usual) is False
    assert encoded_anew(with_sampling(usual, 0x11, 0x12, 0x11))
    assert encoded_anew(saved(photograph(side=96), "jpeg", keep_rgb=True, **coarse))
    three = [[step] * 64 for step in (30, 40, 50)]
    assert encoded_anew(saved(photograph(side=96), "jpeg", qtables=three, subsampling=0)) is False
    swapped = saved(photograph(side=96), "jpeg", qtables=three[:2], subsampling=0)
    frame = swapped.index(b"\xff\xc0") + 10
    assert encoded_anew(swapped[: frame + 2] + b"\1" + swapped[frame + 3 :])


def encoded_anew(body: bytes) -> bool:
    with Image.open(BytesIO(body)) as was, Image.open(BytesIO(variant(body, "jpeg").body)) as became:
        assert isinstance(was, JpegImageFile)
        assert isinstance(became, JpegImageFile)
        return became.quantization != was.quantization


@pytest.mark.parametrize(
    "recipe",
    [{"width": 319}, {"width": 160}, {"width": 40}, {"rotate": 90}, {"quality": 20}, {"sharpen": 500}],
    ids=str,
)
def test_a_coarse_jpeg_that_is_changed_is_coded_as_any_picture(recipe: dict[str, Any]) -> None:
    body = saved(plasma((320, 240)), "jpeg", quality="web_low")
    with Image.open(BytesIO(body)) as was, Image.open(BytesIO(variant(body, "jpeg", **recipe).body)) as became:
        assert isinstance(was, JpegImageFile)
        assert isinstance(became, JpegImageFile)
        assert became.quantization != was.quantization


def test_made_smaller_a_coarse_jpeg_is_worth_any_quality() -> None:
    body = saved(plasma((320, 240)), "jpeg", quality=40)
    for recipe in ({"width": 160}, {"width": 320, "height": 160, "fit": "fill"}):
        assert len(variant(body, "jpeg", **recipe, quality=90).body) > len(variant(body, "jpeg", **recipe).body)


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
def test_an_encoders_number_is_ours_and_back(name: str) -> None:
    for quality in range(1, 101):
        assert to_encoder(from_encoder(to_encoder(quality, name), name), name) == to_encoder(quality, name)


def test_a_picture_of_few_colours_is_a_small_png_of_the_same_pixels() -> None:
    image = stripes([RED, GREEN, BLUE, WHITE], (200, 150))
    rendered = variant(saved(image, "png"), "png")
    assert opened(rendered).mode == "P"
    assert opened(rendered).convert("RGB").tobytes() == image.tobytes()


def test_png_is_lossless() -> None:
    image = plasma()
    assert decoded(saved(image, "png"), "png").tobytes() == image.tobytes()


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
    assert choose_format(format_class, animated=moving, transparent=transparent) == name


def test_every_format_has_a_content_type() -> None:
    assert set(still.CONTENT_TYPES) == {"jpeg", "png", "webp", "avif", "gif"}
