"""Colours of every kind of profile become sRGB as the formulas say."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from edge.image.colour import srgb
from tests.edge.image import icc_profiles
from tests.edge.image.colour.profiles import P3, SRGB, Colour, all_near, converted
from tests.edge.image.colour.test_bit_depth import tiff_row
from tests.edge.image.pictures import (
    BLUE,
    RED,
    decoded,
    near,
    noise,
    opened,
    pixel,
    quarters,
    saved,
    stripes,
    variant,
)

COLOURS: list[Colour] = [
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 255),
    (0, 0, 0),
    (130, 90, 200),
    (128, 128, 128),
    (9, 20, 5),
]


@pytest.mark.parametrize(
    ("colorants", "gamma"),
    [
        (icc_profiles.ADOBE_RGB, 563 / 256),
        (icc_profiles.PRO_PHOTO, 1.8),
        (icc_profiles.DISPLAY_P3, 2.6),
        (icc_profiles.SRGB, 1.0),
        (icc_profiles.SRGB, 2.2),
    ],
)
@pytest.mark.parametrize("version", [2, 4])
def test_primaries_and_a_gamma_are_converted_by_formula(
    colorants: icc_profiles.Matrix, gamma: float, version: int
) -> None:
    curve = icc_profiles.gamma(gamma) if version == 2 else icc_profiles.parametric(0, gamma)
    wanted: list[Colour] = [
        icc_profiles.from_light(colorants, [(code / 255) ** gamma for code in colour]) for colour in COLOURS
    ]
    assert all_near(converted(COLOURS, "RGB", icc_profiles.matrix(colorants, curve, version)), wanted)


def test_display_p3_as_phones_write_it() -> None:
    wanted: list[Colour] = [
        icc_profiles.from_light(icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in colour])
        for colour in COLOURS
    ]
    found = converted(COLOURS, "RGB", P3)
    assert all_near(found, wanted)
    assert found[5] != COLOURS[5]


def test_a_curve_of_points() -> None:
    curve = icc_profiles.points([(step / 99) ** 3 for step in range(100)])
    wanted: list[Colour] = [
        icc_profiles.from_light(icc_profiles.ADOBE_RGB, [(code / 255) ** 3 for code in colour]) for colour in COLOURS
    ]
    assert all_near(converted(COLOURS, "RGB", icc_profiles.matrix(icc_profiles.ADOBE_RGB, curve)), wanted)


def test_colours_outside_srgb_are_clipped() -> None:
    red, green, blue, *_ = converted(
        COLOURS, "RGB", icc_profiles.matrix(icc_profiles.PRO_PHOTO, icc_profiles.gamma(1.8))
    )
    assert (red[1:], green[0], green[2], blue[0]) == ((0, 0), 0, 0, 0)
    assert min(red[0], green[1], blue[2]) > 250


def test_alpha_is_not_converted() -> None:
    colours: list[Colour] = [(200, 40, 90, 255), (200, 40, 90, 128), (200, 40, 90, 0)]
    result = decoded(saved(stripes(colours, (30, 8), "RGBA"), "png", icc_profile=P3))
    wanted = icc_profiles.from_light(
        icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in colours[0][:3]]
    )
    assert near(pixel(result, 0.5, 0.5, "RGBA"), (*wanted, 128), 1)
    assert pixel(result, 0.9, 0.5, "RGBA")[3] == 0


GREYS: list[Colour] = [(0,), (30,), (64,), (128,), (200,), (255,)]
DOT_GAIN = [1 - ((1 - step / 255) ** 0.8) for step in range(256)]


@pytest.mark.parametrize(
    ("curve", "light"),
    [
        (icc_profiles.gamma(1.0), lambda code: code / 255),
        (icc_profiles.gamma(2.2), lambda code: (code / 255) ** 2.19921875),
        (icc_profiles.gamma(1.8), lambda code: (code / 255) ** 1.80078125),
        (icc_profiles.points(DOT_GAIN), lambda code: DOT_GAIN[code]),
    ],
)
@pytest.mark.parametrize(("mode", "name"), [("L", "png"), ("LA", "png"), ("L", "jpeg"), ("L", "tiff"), ("RGB", "webp")])
def test_greys_are_converted_by_formula(curve: bytes, light: object, mode: str, name: str) -> None:
    assert callable(light)
    colours: list[Colour] = [grey * 3 if mode == "RGB" else (*grey, 255)[: len(mode)] for grey in GREYS]
    options = {"lossless": True} if name == "webp" else {}
    wanted: list[Colour] = [(round(icc_profiles.srgb_code(light(grey))),) * 3 for (grey,) in GREYS]
    assert all_near(converted(colours, mode, icc_profiles.grey(curve), name, **options), wanted)


def test_a_grey_image_may_have_an_rgb_profile() -> None:
    """Programs write such files, and browsers apply the profile."""
    wanted: list[Colour] = [(round(icc_profiles.srgb_code((grey / 255) ** 1.80078125)),) * 3 for (grey,) in GREYS]
    assert all_near(converted(GREYS, "L", icc_profiles.matrix(icc_profiles.PRO_PHOTO, icc_profiles.gamma(1.8))), wanted)


INKS = icc_profiles.inks()


@pytest.mark.parametrize("name", ["jpeg", "tiff"])
@pytest.mark.parametrize("tag", [b"A2B0", b"A2B1"])
@pytest.mark.parametrize(("version", "kind"), [(2, b"prtr"), (4, b"prtr"), (2, b"spac")])
def test_inks_are_converted_by_their_table_and_the_darkest_is_black(
    name: str, tag: bytes, version: int, kind: bytes
) -> None:
    profile = icc_profiles.profile("CMYK", {tag: icc_profiles.lab_table(INKS)}, version, kind, b"Lab ")
    colours = [tuple(255 * (corner >> bit & 1) for bit in (3, 2, 1, 0)) for corner in (0, 8, 4, 2, 6, 1, 15)]
    wanted: list[Colour] = [icc_profiles.from_lab(*INKS[corner], black=0.01126) for corner in (0, 8, 4, 2, 6, 1, 15)]
    found = converted(colours, "CMYK", profile, name, **({"quality": 98} if name == "jpeg" else {}))
    assert all_near(found, wanted, 4), (found, wanted)
    assert found[0] == (255, 255, 255)
    assert found[-1] == (0, 0, 0)


def test_the_perceptual_table_is_preferred() -> None:
    other = icc_profiles.lab_table([(50.0, 0.0, 0.0)] * 16)
    profile = icc_profiles.profile(
        "CMYK", {b"A2B1": other, b"A2B0": icc_profiles.lab_table(INKS)}, kind=b"prtr", pcs=b"Lab "
    )
    assert converted([(0, 0, 0, 0)], "CMYK", profile, "tiff") == [(255, 255, 255)]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "gif"])
def test_no_format_keeps_the_profile(mode: str, name: str) -> None:
    rendered = variant(saved(quarters().convert(mode), "png", icc_profile=P3), name, quality=95)
    assert not any(mark in rendered.body for mark in (b"ICC_PROFILE", b"iCCP", b"ICCP", b"prof", b"acsp"))
    wanted = icc_profiles.from_light(icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in (220, 20, 20)])
    assert near(pixel(opened(rendered), 0.25, 0.25), wanted, 9)


def test_a_conversion_is_cached() -> None:
    first = srgb.conversion(P3, "RGB")
    assert srgb.conversion(bytes(bytearray(P3)), "RGB") is first
    assert srgb.conversion(P3, "RGBA") is not first


def test_a_converted_image_does_not_carry_the_profile() -> None:
    convert = srgb.conversion(P3, "RGB")
    assert convert is not None
    output = BytesIO()
    convert(Image.new("RGB", (4, 4))).save(output, "png")
    assert b"iCCP" not in output.getvalue()


def swapped_profile() -> bytes:
    """sRGB with red and blue swapped, so that its effect is obvious."""
    return SRGB.replace(b"rXYZ", b"tXYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tXYZ", b"bXYZ", 1)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff"])
def test_a_profile_is_applied_and_removed(name: str) -> None:
    result = decoded(saved(quarters(), name, icc_profile=swapped_profile()), width=40)
    assert near(pixel(result, 0.25, 0.25), BLUE, 24)
    assert near(pixel(result, 0.25, 0.75), RED, 24)
    assert "icc_profile" not in result.info


def test_a_profile_does_not_change_alpha() -> None:
    body = saved(stripes([(*RED, 255), (*RED, 128)], (40, 20), "RGBA"), "png", icc_profile=swapped_profile())
    result = decoded(body)
    assert near(pixel(result, 0.2, 0.5, "RGBA"), (*BLUE, 255), 12)
    assert near(pixel(result, 0.8, 0.5, "RGBA"), (*BLUE, 128), 12)


def test_an_srgb_profile_changes_nothing() -> None:
    plain, tagged = (decoded(saved(noise((30, 30)), "png", **extra)) for extra in ({}, {"icc_profile": SRGB}))
    assert max(high for _, high in ImageChops.difference(plain, tagged).getextrema()) <= 1  # type: ignore[misc]


def test_an_srgb_profile_does_not_change_greys() -> None:
    grey = quarters().convert("L")
    assert decoded(saved(grey, "png", icc_profile=SRGB)).tobytes() == grey.tobytes()


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_an_image_with_a_grey_profile_stays_grey(mode: str) -> None:
    profile = icc_profiles.grey(icc_profiles.gamma(1.0))
    assert decoded(saved(Image.new("L", (9, 9), 128).convert(mode), "png", icc_profile=profile)).mode == "L"


@pytest.mark.parametrize("lab", [(100, 0, 0), (50, 0, 0), (54, 60, 40), (60, -40, 30), (32, 30, -60), (0, 0, 0)])
def test_lab_is_converted_by_formula(lab: tuple[int, int, int]) -> None:
    code = round(lab[0] * 2.55)
    result = decoded(tiff_row(8, 8, 1, struct.pack("<B2b", code, *lab[1:]) * 4, 4, 3))
    assert near(pixel(result, 0.5, 0.5), icc_profiles.from_lab(code / 2.55, *lab[1:]), 3)
