"""Still images: formats, options and metadata."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat
from PIL.JpegImagePlugin import JpegImageFile

from edge.image.decode import isobmff
from edge.image.decode.avif_coding import AvifCoding
from edge.image.encode import still
from edge.image.encode.still import choose_format
from tests.bench.drawings import DRAWINGS
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    decoded,
    noise,
    opened,
    photograph,
    plasma,
    quarters,
    saved,
    stripes,
    variant,
)

LOSSY = ("jpeg", "webp", "avif")


def test_high_quality_jpegs_keep_colours_at_full_resolution() -> None:
    body = saved(plasma(), "png")
    usual, fine = opened(variant(body, "jpeg")), opened(variant(body, "jpeg", quality=95))
    assert [layer[1:3] for layer in usual.layer] == [(2, 2), (1, 1), (1, 1)]  # type: ignore[attr-defined]
    assert [layer[1:3] for layer in fine.layer] == [(1, 1), (1, 1), (1, 1)]  # type: ignore[attr-defined]


def test_the_avif_of_a_large_graphic_keeps_colours_at_full_resolution() -> None:
    """At half of it, edges between its areas would smear: 9 points of SSIMULACRA2."""
    size = 1600, 1000
    drawing, photo = DRAWINGS["gradients"](), plasma().resize(size)
    for image, planes in ((drawing, 3.0), (photo, 1.5)):
        encoded = still.encode_still(image, "avif", 75, "ffffff")
        assert encoded.format_name == "avif"
        assert AvifCoding.read(isobmff.walk(encoded.body), 1).plane_bytes(size) == planes * size[0] * size[1]


@pytest.mark.parametrize("quality", [75, 90, 95, 100])
@pytest.mark.parametrize("side", [160, 900])
def test_a_jpeg_may_have_more_bytes_than_pixels(quality: int, side: int) -> None:
    """Pillow's buffer for libjpeg has only one or two bytes a pixel."""
    assert decoded(saved(noise((side, side)), "png"), "jpeg", quality=quality).size == (side, side)


def test_a_jpeg_with_kept_tables_may_have_more_bytes_than_pixels() -> None:
    flat = {"quality": 30, "qtables": [[4] * 64, [4] * 64], "subsampling": 0}
    body = saved(noise((900, 900)), "jpeg", **flat)
    assert len(body) > 2 * 900 * 900
    assert still.encode_still(Image.open(BytesIO(body)), "jpeg", 75, "ffffff", same_tables=True)


@pytest.mark.parametrize("name", [*LOSSY, "png"])
def test_equal_pixels_give_equal_bytes(name: str) -> None:
    body = saved(plasma((400, 300)), "png")
    assert variant(body, name).body == variant(body, name).body


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("saved_at", [50, "web_low", "low"])
@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:0"])
def test_an_unchanged_coarse_jpeg_keeps_its_tables_and_size(mode: str, saved_at: int | str, sampling: str) -> None:
    body = saved(photograph(mode), "jpeg", quality=saved_at, subsampling=sampling, optimize=True, progressive=True)
    rendered = variant(body, "jpeg")
    assert len(rendered.body) < 1.01 * len(body)
    with Image.open(BytesIO(body)) as was, Image.open(BytesIO(rendered.body)) as became:
        assert isinstance(was, JpegImageFile)
        assert isinstance(became, JpegImageFile)
        assert became.quantization == was.quantization
        assert ImageStat.Stat(ImageChops.difference(was.convert("RGB"), became.convert("RGB"))).mean < [1.5] * 3


@pytest.mark.parametrize("progressive", [True, False])
def test_an_unchanged_small_jpeg_is_never_larger(progressive: bool) -> None:
    body = saved(photograph(side=96), "jpeg", quality=30, optimize=True, progressive=progressive)
    assert len(variant(body, "jpeg").body) <= len(body)


def with_sampling(body: bytes, *factors: int) -> bytes:
    """``body`` with other sampling factors in its header. What it then shows does not matter."""
    frame = body.index(b"\xff\xc0") + 10
    said = bytearray(body)
    said[frame + 1 : frame + 3 * len(factors) + 1 : 3] = bytes(factors)
    return bytes(said)


def test_a_coarse_jpeg_that_pillow_cannot_repeat_gets_new_tables() -> None:
    """With an unusual sampling, as RGB, or with tables in an order that Pillow does not write."""
    coarse = {"quality": 30, "subsampling": 0}
    usual = saved(photograph(side=96), "jpeg", **coarse)
    assert has_new_tables(usual) is False
    assert has_new_tables(with_sampling(usual, 0x11, 0x12, 0x11))
    assert has_new_tables(saved(photograph(side=96), "jpeg", keep_rgb=True, **coarse))
    three = [[step] * 64 for step in (30, 40, 50)]
    assert has_new_tables(saved(photograph(side=96), "jpeg", qtables=three, subsampling=0)) is False
    swapped = saved(photograph(side=96), "jpeg", qtables=three[:2], subsampling=0)
    frame = swapped.index(b"\xff\xc0") + 10
    assert has_new_tables(swapped[: frame + 2] + b"\1" + swapped[frame + 3 :])


def has_new_tables(body: bytes) -> bool:
    with Image.open(BytesIO(body)) as was, Image.open(BytesIO(variant(body, "jpeg").body)) as became:
        assert isinstance(was, JpegImageFile)
        assert isinstance(became, JpegImageFile)
        return became.quantization != was.quantization


@pytest.mark.parametrize(
    "recipe",
    [{"width": 319}, {"width": 160}, {"width": 40}, {"rotate": 90}, {"quality": 20}, {"sharpen": 500}],
    ids=str,
)
def test_a_changed_coarse_jpeg_gets_new_tables(recipe: dict[str, Any]) -> None:
    body = saved(plasma((320, 240)), "jpeg", quality="web_low")
    with Image.open(BytesIO(body)) as was, Image.open(BytesIO(variant(body, "jpeg", **recipe).body)) as became:
        assert isinstance(was, JpegImageFile)
        assert isinstance(became, JpegImageFile)
        assert became.quantization != was.quantization


def test_an_image_of_few_colours_becomes_a_palette_png() -> None:
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
def test_the_format_of_each_format_class(format_class: str, moving: bool, transparent: bool, name: str) -> None:
    assert choose_format(format_class, animated=moving, transparent=transparent) == name


def test_every_format_has_a_content_type() -> None:
    assert set(still.CONTENT_TYPES) == {"jpeg", "png", "webp", "avif", "gif"}


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def with_private_metadata(image: Image.Image, name: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SECRET maker"
    exif[0x0112] = 1
    exif.get_ifd(0x8825)[1] = "N"
    options: dict[str, object] = {"exif": exif, "icc_profile": SRGB, "dpi": (300, 300)}
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET</x:xmpmeta>"
    if name != "png":
        options |= {"xmp": xmp}
    if name in ("jpeg", "gif"):
        options |= {"comment": b"SECRET comment"}
    return saved(image, name, **options)


@pytest.mark.parametrize("format_class", ["jpeg", "png", "webp", "avif", "gif"])
@pytest.mark.parametrize("source", ["jpeg", "png", "webp", "avif", "gif"])
def test_no_metadata_of_the_original_is_written(source: str, format_class: str) -> None:
    body = with_private_metadata(quarters(), source)
    assert b"SECRET" in body
    rendered = variant(body, format_class)
    assert b"SECRET" not in rendered.body
    info = opened(rendered).info
    assert not {"exif", "icc_profile", "xmp", "comment", "dpi", "photoshop"} & set(info), info
    assert BytesIO(rendered.body).read().find(b"Exif") < 0
