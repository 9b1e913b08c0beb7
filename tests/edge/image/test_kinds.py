"""JPEG, WebP and GIF: each kind that is taken, read to its pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.edge.image.pictures import POLICY, animation, corners, decoded, inspect, saved
from tests.edge.image.quartered import PICTURE, SIZE, UPRIGHT, four

FILES = Path(__file__).with_name("files")


JPEGS = {
    **{
        f"{chroma} {'progressive' if progressive else 'baseline'}": saved(
            PICTURE, "jpeg", quality=95, subsampling=chroma, progressive=progressive
        )
        for chroma in ("4:4:4", "4:2:2", "4:2:0", "4:1:1")
        for progressive in (False, True)
    },
    "without a change of colours": saved(PICTURE, "jpeg", quality=95, keep_rgb=True),
    "CMYK, inverted as by Adobe": saved(PICTURE.convert("CMYK"), "jpeg", quality=95),
    **{name: (FILES / f"{name}.jpg").read_bytes() for name in ("arithmetic", "arithmetic-progressive", "restart")},
}


@pytest.mark.parametrize("name", JPEGS)
def test_jpeg(name: str) -> None:
    assert corners(decoded(JPEGS[name])) == UPRIGHT


def test_a_grey_jpeg_stays_grey() -> None:
    assert decoded(saved(PICTURE.convert("L"), "jpeg")).mode == "L"


def test_a_ycck_jpeg() -> None:
    """Written as if its four channels were ink, then marked as what they are."""
    luma_chroma = Image.merge("RGB", [band.point(lambda value: 255 - value) for band in PICTURE.split()]).convert(
        "YCbCr"
    )
    planes = [band.point(lambda value: 255 - value) for band in luma_chroma.split()]
    body = saved(Image.merge("CMYK", [*planes, Image.new("L", SIZE)]), "jpeg", quality=95, subsampling=0)
    at = body.index(b"Adobe") + 11
    assert body[at] == 0
    assert corners(decoded(body[:at] + b"\2" + body[at + 1 :])) == UPRIGHT


def test_a_cmyk_jpeg_that_does_not_name_adobe_is_read_like_one_that_does() -> None:
    """As browsers do."""
    body = saved(PICTURE.convert("CMYK"), "jpeg", quality=95)
    start = body.index(b"\xff\xee")
    assert corners(decoded(body[:start] + body[start + 16 :])) == UPRIGHT


def test_a_phones_jpeg_of_many_pictures_is_its_first() -> None:
    body = animation("mpo", [PICTURE, Image.new("RGB", SIZE)])
    assert inspect(body, POLICY).frames == 1
    assert corners(decoded(body)) == UPRIGHT


@pytest.mark.parametrize("name", ["lossy", "lossless", "animated"])
@pytest.mark.parametrize("alpha", [255, 51])
def test_webp(name: str, alpha: int) -> None:
    image = PICTURE.convert("RGBA")
    image.putalpha(alpha)
    options: dict[str, dict[str, Any]] = {
        "lossy": {"quality": 95},
        "lossless": {"lossless": True},
        "animated": {"quality": 95, "save_all": True},
    }
    body = saved(image, "webp", **options[name])
    assert corners(decoded(body)) == UPRIGHT
    assert {at[3] for at in four(body)} == {alpha}


def test_gif() -> None:
    assert corners(decoded(saved(PICTURE.quantize(4), "gif"))) == UPRIGHT
    clear = saved(PICTURE.quantize(4), "gif", transparency=0)
    assert sorted(at[3] for at in four(clear)) == [0, 255, 255, 255]
