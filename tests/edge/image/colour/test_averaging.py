"""One brightness for all profiles: a reduced image has the mean of the whole one, as in browsers.

docs/decisions/015-gamma-resizing.md
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.image.colour import icc, source_profile, srgb
from edge.image.colour.averaging import must_convert_first
from tests.edge.image import icc_profiles
from tests.edge.image.colour.profiles import P3, SRGB
from tests.edge.image.colour.test_xyb import profile as xyb_profile
from tests.edge.image.encoders import png_chunk
from tests.edge.image.pictures import animation, decoded, photograph, saved
from tests.edge.image.test_brightness import BLACK, WHITE, means_of_frames, one_transparent, palette, rows

_NEAR = 3.0
SIZES = [(1000, 750), (1720, 1290)]
WIDTHS = (100, 300, 800)
GREY = b"\x80\x80\x80"
PATTERNS = {"black and white": (BLACK, WHITE), "grey and white": (GREY, WHITE), "black and grey": (BLACK, GREY)}


def gamma(value: float, colorants: icc_profiles.Matrix = icc_profiles.SRGB) -> bytes:
    return icc_profiles.matrix(colorants, icc_profiles.gamma(value))


def known(profile: bytes | None) -> bytes:
    assert profile
    return profile


#: Profiles whose values average like sRGB's, and profiles whose values do not.
ALIKE = {
    "sRGB": SRGB,
    "Display P3": P3,
    "Adobe RGB": known(source_profile.adobe_rgb()),
    "gamma 2.2": gamma(2.2),
    "grey, gamma 2.2": icc_profiles.grey(icc_profiles.gamma(2.2)),
}
APART = {
    "ProPhoto": gamma(1.8, icc_profiles.PRO_PHOTO),
    "linear": gamma(1.0),
    "gamma 2.4": gamma(2.4),
    "gamma 2.8": gamma(2.8),
    "PQ": known(source_profile.from_cicp(9, 16)),
    "HLG": known(source_profile.from_cicp(9, 18)),
    "grey, dot gain": icc_profiles.grey(icc_profiles.gamma(1.75)),
    "XYB": xyb_profile(),
}
PROFILES = ALIKE | APART
INKS = icc_profiles.profile("CMYK", {b"A2B0": icc_profiles.lab_table(icc_profiles.inks())}, kind=b"prtr", pcs=b"Lab ")


@pytest.mark.parametrize("name", PROFILES)
def test_only_values_that_average_in_another_way_are_converted_first(name: str) -> None:
    for mode in ("L", "RGB", "RGBA", "P", "I;16"):
        assert must_convert_first(PROFILES[name], mode) == (name in APART)


@pytest.mark.parametrize("profile", [None, b"", b"damaged", INKS], ids=["none", "empty", "damaged", "of inks"])
def test_without_a_usable_profile_nothing_is_converted_first(profile: bytes | None) -> None:
    assert not must_convert_first(profile, "RGB")


def test_inks_and_lab_are_judged_by_their_own_greys() -> None:
    assert must_convert_first(INKS, "CMYK")
    assert must_convert_first(None, "LAB")
    assert not must_convert_first(None, "CMYK"), "without a profile each ink removes its share"


def test_what_is_too_large_for_a_profile_is_not_kept_in_memory() -> None:
    tracemalloc.start()
    try:
        for number in range(20):
            profile = P3 + bytes(icc.MAX_BYTES) + bytes((number,))
            assert not must_convert_first(profile, "RGB")
            srgb.to_srgb(Image.new("RGB", (1, 1)), profile)
        del profile
        assert tracemalloc.get_traced_memory()[0] < icc.MAX_BYTES
    finally:
        tracemalloc.stop()


def moving(image: Image.Image, name: str, profile: bytes, **options: object) -> bytes:
    frames = [image, image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    return animation(name, frames, duration=100, icc_profile=profile, **options)


def with_gamma(image: Image.Image, value: float) -> bytes:
    body = saved(image, "png")
    return body[:33] + png_chunk(b"gAMA", round(value * 100_000).to_bytes(4)) + body[33:]


LOSSLESS = {"lossless": True, "quality": 0, "method": 0}
KINDS: dict[str, Callable[[Image.Image, bytes], bytes]] = {
    "JPEG": lambda image, icc: saved(image, "jpeg", quality=95, icc_profile=icc),
    "JPEG grey": lambda image, icc: saved(image.convert("L"), "jpeg", quality=95, icc_profile=icc),
    "PNG": lambda image, icc: saved(image, "png", icc_profile=icc),
    "PNG grey with alpha": lambda image, icc: saved(one_transparent(image).convert("LA"), "png", icc_profile=icc),
    "PNG palette": lambda image, icc: saved(palette(image), "png", icc_profile=icc),
    "PNG RGBA": lambda image, icc: saved(one_transparent(image), "png", icc_profile=icc),
    "PNG, animated": lambda image, icc: moving(image, "png", icc),
    "WebP lossy": lambda image, icc: saved(image, "webp", quality=95, method=0, icc_profile=icc),
    "WebP": lambda image, icc: saved(image, "webp", icc_profile=icc, **LOSSLESS),
    "WebP, animated": lambda image, icc: moving(image, "webp", icc, **LOSSLESS),
    "AVIF": lambda image, icc: saved(image, "avif", quality=95, speed=10, subsampling="4:4:4", icc_profile=icc),
    "TIFF": lambda image, icc: saved(image, "tiff", compression="tiff_lzw", icc_profile=icc),
}


def assert_one_brightness(body: bytes, moves: bool = False) -> None:
    """Every width has the mean of the unscaled variant. Its frames are alike."""
    name = "webp" if moves else "png"
    means = [ImageStat.Stat(decoded(body, "png").convert("RGB")).mean]
    for width in WIDTHS:
        means += means_of_frames(decoded(body, name, width=width, quality=90))
    for channel in zip(*means, strict=True):
        assert max(channel) - min(channel) <= _NEAR, means


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("name", PROFILES)
def test_every_width_has_the_mean_of_its_source(name: str, pattern: str) -> None:
    first, second = PATTERNS[pattern]
    board = rows(SIZES[0], (first, second), (second, first))
    assert_one_brightness(KINDS["JPEG" if "grey" not in name else "JPEG grey"](board, PROFILES[name]))


@pytest.mark.parametrize("name", ["ProPhoto", "linear"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_the_mean_of_its_source(kind: str, name: str) -> None:
    board = rows(SIZES[kind == "WebP lossy"], (BLACK, WHITE), (WHITE, BLACK))
    assert_one_brightness(KINDS[kind](board, PROFILES[name]), "animated" in kind)


def test_inks_have_the_mean_of_their_source() -> None:
    board = rows(SIZES[0], (GREY, BLACK), (BLACK, GREY)).convert("L").point(lambda value: 255 - value)
    none = Image.new("L", board.size)
    assert_one_brightness(saved(Image.merge("CMYK", [none, none, none, board]), "jpeg", quality=95, icc_profile=INKS))


def test_lab_has_the_mean_of_its_source() -> None:
    board = rows(SIZES[0], (BLACK, WHITE), (WHITE, BLACK)).convert("L")
    none = Image.new("L", board.size)
    assert_one_brightness(saved(Image.merge("LAB", [board, none, none]), "tiff"))


def test_the_gamma_of_a_png_counts_as_well() -> None:
    assert_one_brightness(with_gamma(rows(SIZES[0], (BLACK, WHITE), (WHITE, BLACK)), 1.0))


def test_an_image_that_is_not_scaled_keeps_its_pixels() -> None:
    board = rows((400, 300), (BLACK, WHITE), (WHITE, BLACK))
    assert decoded(KINDS["PNG"](board, PROFILES["linear"])).tobytes() == board.tobytes()


def test_a_part_of_an_image_that_keeps_its_size_is_not_scaled() -> None:
    board = rows((400, 300), (BLACK, WHITE), (WHITE, BLACK))
    part = decoded(KINDS["PNG"](board, PROFILES["linear"]), width=100, height=300, gravity="west")
    assert part.tobytes() == board.crop((0, 0, 100, 300)).tobytes()


RECIPES: dict[str, dict[str, Any]] = {
    "reduced": {"width": 100},
    "cropped": {"width": 90, "height": 200, "gravity": "east"},
    "enlarged": {"width": 500, "up": True},
    "rotated": {"width": 150, "rotate": 90},
    "padded": {"width": 200, "height": 100, "fit": "contain"},
}


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_the_result_is_that_of_an_image_in_srgb(recipe: dict[str, Any], orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    body = saved(photograph().crop((0, 0, 384, 300)), "png", icc_profile=PROFILES["ProPhoto"], exif=exif)
    first = decoded(saved(decoded(body), "png"), **recipe)
    found = decoded(body, **recipe)
    assert found.size == first.size
    # Rows and columns are resized one after the other, here in the order of the stored image.
    assert max(ImageStat.Stat(ImageChops.difference(found, first)).mean) < 0.5
