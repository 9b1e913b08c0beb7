"""What a HEIC photo is converted to: the same pixels, upright, with its profile and copyright notice."""

from __future__ import annotations

import pytest
from PIL import Image

from assets import heic_decoder
from edge.image.colour.srgb import to_srgb
from tests.assets.heic_files import UPRIGHT, opened, photo
from tests.edge.image.pictures import corners, near, pixel, quarters


def converted(name: str) -> Image.Image:
    return opened(heic_decoder.convert(photo(name)))


@pytest.mark.parametrize("name", ["plain", "10bit", "several", "grid"])
def test_a_photo_becomes_a_jpeg_with_the_same_pixels(name: str) -> None:
    image = converted(name)
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert image.size == ((128, 120) if name == "grid" else (64, 48))
    assert corners(image) == UPRIGHT


def test_a_grayscale_photo_stays_grayscale() -> None:
    assert converted("grey").mode == "L"


def test_the_jpeg_has_full_chroma_resolution() -> None:
    """4:4:4, and at a quality that the eye cannot tell from the photo."""
    image = converted("plain")
    assert image.layers == 3  # type: ignore[attr-defined]
    assert {layer[1:3] for layer in image.layer} == {(1, 1)}  # type: ignore[attr-defined]


def turned(rotated: int, mirrored: int) -> bytes:
    """The photo whose boxes turn it, turned in another way."""
    body = bytearray(photo("turned"))
    body[body.index(b"irot") + 4] = rotated
    body[body.index(b"imir") + 4] = mirrored
    return bytes(body)


@pytest.mark.parametrize("rotated", range(4))
@pytest.mark.parametrize("mirrored", range(2))
def test_irot_and_imir_are_applied_once(rotated: int, mirrored: int) -> None:
    shown = quarters((64, 48))
    coded = shown.transpose(Image.Transpose.FLIP_TOP_BOTTOM).rotate(90, expand=True)
    mirror = (Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.FLIP_LEFT_RIGHT)[mirrored]
    wanted = coded.rotate(90 * rotated, expand=True).transpose(mirror)
    image = opened(heic_decoder.convert(turned(rotated, mirrored)))
    assert image.size == wanted.size
    assert corners(image) == corners(wanted)
    assert 274 not in image.getexif()


def test_only_the_copyright_notice_of_the_exif_is_kept() -> None:
    image = converted("exif")
    assert {tag: value.encode("latin-1").decode() for tag, value in image.getexif().items()} == {33432: "© Ann"}
    assert b"Phone" not in heic_decoder.convert(photo("exif"))


@pytest.mark.parametrize("name", ["p3", "nclx-p3"])
def test_a_wide_gamut_photo_keeps_its_profile(name: str) -> None:
    """The red of P3 is not that of sRGB: shown without the profile it would be duller."""
    image = converted(name)
    profile = image.info["icc_profile"]
    assert near(pixel(image, 0.75, 0.25), (20, 200, 20), 8)
    assert pixel(to_srgb(image, profile), 0.75, 0.25)[0] == 0


def test_a_transparent_photo_becomes_a_png() -> None:
    image = converted("alpha")
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert [pixel(image, x, 0.25, "RGBA")[3] for x in (0.25, 0.75)] == [0, 255]
