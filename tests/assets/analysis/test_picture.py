"""What analysers get to see of an original."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from assets.analysis import picture
from assets.isolation import ProcessLimits
from edge.contract.errors import SourceRefused
from tests.edge.image.pictures import BLUE, GREEN, RED, WHITE, animation, corners, quarters, saved


def opened(found: picture.ReducedPicture) -> Image.Image:
    image = Image.open(BytesIO(found.body))
    assert (image.format, image.size) == ("JPEG", (found.width, found.height))
    return image


def test_a_photograph_is_reduced_upright_and_without_metadata() -> None:
    exif = Image.Exif()
    exif[274], exif[33432], exif[271] = 6, "Ada", "Camera"
    body = saved(quarters((4000, 2000)), "jpeg", exif=exif)
    image = opened(picture.reduce(body))
    assert image.size == (960, 1920)
    assert corners(image) == ["blue", "red", "white", "green"]
    assert not image.getexif()
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("size", [(1, 1), (10_000, 1000), (3, 2000), (640, 480)])
def test_any_shape_stays_within_the_limits(size: tuple[int, int]) -> None:
    found = picture.reduce(saved(Image.new("RGB", size, RED), "png"))
    assert max(found.width, found.height) == min(max(size), picture.LONGER_SIDE)
    assert len(found.body) <= picture.MAX_BYTES


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "RGBA", "P", "I;16"])
def test_every_mode_becomes_a_jpeg_of_the_same_picture(mode: str) -> None:
    image = Image.new("RGB", (200, 100), WHITE)
    ImageDraw.Draw(image).rectangle((0, 0, 99, 99), fill=(0, 0, 0))
    body = saved(image.convert("L").convert("I;16") if mode == "I;16" else image.convert(mode), "tiff")
    seen = opened(picture.reduce(body)).convert("L")
    assert int(str(seen.getpixel((20, 50)))) < 60


def test_of_an_animation_the_first_frame_is_looked_at() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in (GREEN, BLUE)]
    image = opened(picture.reduce(animation("gif", frames, duration=100)))
    assert corners(image) == ["green"] * 4


def test_a_picture_that_does_not_compress_gets_a_lower_quality(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((800, 800), 250) for _ in range(3)])
    body = saved(noise, "png")
    large = len(picture.reduce(body).body)
    monkeypatch.setattr(picture, "MAX_BYTES", large - 1)
    assert len(picture.reduce(body).body) < large


@pytest.mark.parametrize("body", [b"", b"GIF89a", saved(quarters(), "png")[:60]])
def test_what_cannot_be_decoded_is_refused(body: bytes) -> None:
    with pytest.raises(SourceRefused):
        picture.reduce(body)


def test_a_panorama_of_a_hundred_megapixels_is_reduced_within_the_limits() -> None:
    body = saved(Image.linear_gradient("L").resize((20_000, 5000)), "jpeg")
    found = picture.reduce(body)
    assert (found.width, found.height) == (1920, 480)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (ProcessLimits(memory=60 << 20, seconds=45), "makes the decoder fail|needs more memory"),
        (ProcessLimits(memory=2 << 30, seconds=0), "takes more than 0 s"),
    ],
    ids=["memory", "time"],
)
def test_a_process_that_exceeds_a_limit_ends_alone(
    monkeypatch: pytest.MonkeyPatch, limits: ProcessLimits, reason: str
) -> None:
    monkeypatch.setattr(picture, "_LIMITS", limits)
    with pytest.raises(SourceRefused, match=reason):
        picture.reduce(saved(quarters((4000, 4000)), "png"))
