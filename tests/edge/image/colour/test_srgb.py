"""Colours of every kind of profile become sRGB as the formulas say; broken profiles are ignored."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageCms

from edge.image.colour import srgb
from tests.edge.image import icc_profiles
from tests.edge.image.colour.profiles import P3, SRGB, Colour, all_near, chained, converted, tags
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


def table(grid: int, content: bytes) -> bytes:
    """An A2B0 tag (mAB) for RGB with ``grid`` points a side."""
    curves = icc_profiles.parametric(0, 1.0) * 3
    nodes = bytes([grid] * 3 + [0] * 13) + b"\1\0\0\0" + content
    places = (32, 0, 0, 32 + len(curves), 32)
    return b"mAB " + bytes(4) + b"\3\3\0\0" + b"".join(map(icc_profiles.u32, places)) + curves + nodes


LINEAR = dict(tags(icc_profiles.matrix(icc_profiles.DISPLAY_P3, icc_profiles.gamma(1.0))))


LONG = b"curv" + bytes(4) + icc_profiles.u32(16_000_000) + bytes(32)


BROKEN = {
    "cut short in its curves": P3[:-20],
    "cut short in its header": P3[:100],
    "without a curve": icc_profiles.profile("RGB ", {name: data for name, data in LINEAR.items() if name != b"gTRC"}),
    "with a curve of 16 million points": icc_profiles.profile("RGB ", LINEAR | {b"rTRC": LONG}),
    "with a curve of no type": icc_profiles.profile("RGB ", LINEAR | {b"rTRC": b"xxxx" + bytes(12)}),
    "with a table of 16 million points that are not there": icc_profiles.profile(
        "RGB ", LINEAR | {b"A2B0": table(255, b"")}
    ),
    "with a table made of elements": icc_profiles.profile("RGB ", LINEAR | {b"A2B0": chained(3)}),
    "bigger than any": icc_profiles.profile("RGB ", LINEAR | {b"junk": bytes(5 << 20)}),
    "of a device link": icc_profiles.profile("RGB ", LINEAR, kind=b"link"),
    "of inks": icc_profiles.profile("CMYK", {b"A2B0": icc_profiles.lab_table(INKS)}, kind=b"prtr", pcs=b"Lab "),
    "of Lab": ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    "with more tags than bytes": P3[:128] + b"\xff\xff\xff\xff" + P3[132:140],
    "nothing": b"",
}


@pytest.mark.parametrize("profile", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_an_unusable_profile_is_ignored(profile: bytes, name: str) -> None:
    plain = decoded(saved(quarters(), name))
    assert decoded(saved(quarters(), name, icc_profile=profile)).tobytes() == plain.tobytes()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_cmyk_profile_is_ignored_for_other_modes(mode: str) -> None:
    image = quarters().convert(mode)
    assert decoded(saved(image, "png", icc_profile=BROKEN["of inks"])).tobytes() == image.tobytes()


def test_an_rgb_profile_is_ignored_for_cmyk() -> None:
    image = stripes([(0, 255, 255, 0), (0, 0, 0, 0)], (32, 16), "CMYK")
    assert decoded(saved(image, "tiff", icc_profile=P3)).tobytes() == decoded(saved(image, "tiff")).tobytes()


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


@pytest.mark.parametrize("profile", [b"", b"no profile", SRGB[:200], SRGB[:128] + bytes(400)])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    body = saved(quarters(), "png", icc_profile=profile)
    assert decoded(body).tobytes() == quarters().tobytes()


def test_a_profile_of_another_colour_space_is_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert decoded(saved(quarters(), "png", icc_profile=lab)).tobytes() == quarters().tobytes()
    grey = quarters().convert("L")
    assert decoded(saved(grey, "png", icc_profile=SRGB)).tobytes() == grey.tobytes()


def grey_profile(gamma: float) -> bytes:
    """A grey profile of version 2 with a plain ``gamma``."""
    curve = b"curv" + bytes(4) + (1).to_bytes(4) + round(gamma * 256).to_bytes(2) + bytes(2)
    white = b"XYZ " + bytes(4) + b"".join(value.to_bytes(4) for value in (0xF6D6, 0x10000, 0xD32D))
    start = 128 + 4 + 2 * 12
    tags = (b"kTRC", start, len(curve)), (b"wtpt", start + len(curve), len(white))
    table = len(tags).to_bytes(4) + b"".join(name + at.to_bytes(4) + size.to_bytes(4) for name, at, size in tags)
    header = bytearray(128)
    header[8:12], header[12:24], header[36:40] = bytes((2, 0x10, 0, 0)), b"mntrGRAYXYZ ", b"acsp"
    header[68:80] = white[8:]
    body = bytes(header) + table + curve + white
    return len(body).to_bytes(4) + body[4:]


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_applied(mode: str) -> None:
    body = saved(Image.new("L", (9, 9), 128).convert(mode), "png", icc_profile=grey_profile(1.0))
    result = decoded(body)
    assert result.mode == "L"
    assert near(pixel(result, 0.5, 0.5), (188, 188, 188), 2)


def tiff_row(photometric: int, bits: int, sample_format: int, row: bytes, width: int, samples: int = 1) -> bytes:
    """A TIFF of one row of pixels. ``sample_format``: 1 unsigned, 2 signed, 3 floating point."""
    start = 8 + 2 + 12 * 10 + 4
    entries = [
        (256, 4, 1, width), (257, 4, 1, 1), (258, 3, samples, bits if samples == 1 else start), (259, 3, 1, 1),
        (262, 3, 1, photometric), (273, 4, 1, start + 2 * samples), (277, 3, 1, samples), (278, 4, 1, 1),
        (279, 4, 1, len(row)), (339, 3, 1, sample_format),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, 10) + table + bytes(4) + struct.pack("<H", bits) * samples + row


@pytest.mark.parametrize("lab", [(100, 0, 0), (50, 0, 0), (54, 60, 40), (60, -40, 30), (32, 30, -60), (0, 0, 0)])
def test_lab_is_converted_by_formula(lab: tuple[int, int, int]) -> None:
    code = round(lab[0] * 2.55)
    result = decoded(tiff_row(8, 8, 1, struct.pack("<B2b", code, *lab[1:]) * 4, 4, 3))
    assert near(pixel(result, 0.5, 0.5), icc_profiles.from_lab(code / 2.55, *lab[1:]), 3)
