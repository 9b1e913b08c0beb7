"""ICC profiles: every kind comes out as formula says, every broken one as if it were not there."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from edge.image.colour import icc, srgb
from edge.image.colour.srgb_profiles import has_srgb_like_curve
from tests.edge.image import icc_profiles
from tests.edge.image.pictures import decoded, near, opened, pixel, quarters, saved, stripes, variant

Colour = tuple[int, ...]

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
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
P3 = icc_profiles.matrix(icc_profiles.DISPLAY_P3, icc_profiles.parametric(3, *icc_profiles.SRGB_CURVE), 4)


def shown(colours: list[Colour], mode: str, profile: bytes, name: str = "png", **options: object) -> list[Colour]:
    """What becomes of flat colours."""
    result = decoded(saved(stripes(colours, (16 * len(colours), 16), mode), name, icc_profile=profile, **options))
    return [pixel(result, (index + 0.5) / len(colours), 0.5) for index in range(len(colours))]


def all_near(found: list[Colour], wanted: list[Colour], by: int = 1) -> bool:
    return all(near(a, b, by) for a, b in zip(found, wanted, strict=True))


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
def test_a_space_of_primaries_and_a_power_is_turned_by_formula(
    colorants: icc_profiles.Matrix, gamma: float, version: int
) -> None:
    curve = icc_profiles.gamma(gamma) if version == 2 else icc_profiles.parametric(0, gamma)
    wanted: list[Colour] = [
        icc_profiles.from_light(colorants, [(code / 255) ** gamma for code in colour]) for colour in COLOURS
    ]
    assert all_near(shown(COLOURS, "RGB", icc_profiles.matrix(colorants, curve, version)), wanted)


def test_display_p3_as_telephones_write_it() -> None:
    wanted: list[Colour] = [
        icc_profiles.from_light(icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in colour])
        for colour in COLOURS
    ]
    found = shown(COLOURS, "RGB", P3)
    assert all_near(found, wanted)
    assert found[5] != COLOURS[5]


def test_a_curve_of_points() -> None:
    curve = icc_profiles.points([(step / 99) ** 3 for step in range(100)])
    wanted: list[Colour] = [
        icc_profiles.from_light(icc_profiles.ADOBE_RGB, [(code / 255) ** 3 for code in colour]) for colour in COLOURS
    ]
    assert all_near(shown(COLOURS, "RGB", icc_profiles.matrix(icc_profiles.ADOBE_RGB, curve)), wanted)


def test_what_srgb_cannot_show_is_the_nearest_that_it_can() -> None:
    red, green, blue, *_ = shown(COLOURS, "RGB", icc_profiles.matrix(icc_profiles.PRO_PHOTO, icc_profiles.gamma(1.8)))
    assert (red[1:], green[0], green[2], blue[0]) == ((0, 0), 0, 0, 0)
    assert min(red[0], green[1], blue[2]) > 250


def test_transparency_is_no_colour() -> None:
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
def test_greys_are_turned_by_formula(curve: bytes, light: object, mode: str, name: str) -> None:
    assert callable(light)
    colours: list[Colour] = [grey * 3 if mode == "RGB" else (*grey, 255)[: len(mode)] for grey in GREYS]
    options = {"lossless": True} if name == "webp" else {}
    wanted: list[Colour] = [(round(icc_profiles.srgb_code(light(grey))),) * 3 for (grey,) in GREYS]
    assert all_near(shown(colours, mode, icc_profiles.grey(curve), name, **options), wanted)


def test_a_grey_picture_may_have_a_profile_for_colours() -> None:
    """As browsers take it, and programs write it."""
    wanted: list[Colour] = [(round(icc_profiles.srgb_code((grey / 255) ** 1.80078125)),) * 3 for (grey,) in GREYS]
    assert all_near(shown(GREYS, "L", icc_profiles.matrix(icc_profiles.PRO_PHOTO, icc_profiles.gamma(1.8))), wanted)


INKS = icc_profiles.inks()


@pytest.mark.parametrize("name", ["jpeg", "tiff"])
@pytest.mark.parametrize("tag", [b"A2B0", b"A2B1"])
@pytest.mark.parametrize(("version", "kind"), [(2, b"prtr"), (4, b"prtr"), (2, b"spac")])
def test_inks_are_turned_as_their_table_says_and_the_darkest_is_black(
    name: str, tag: bytes, version: int, kind: bytes
) -> None:
    profile = icc_profiles.profile("CMYK", {tag: icc_profiles.lab_table(INKS)}, version, kind, b"Lab ")
    colours = [tuple(255 * (corner >> bit & 1) for bit in (3, 2, 1, 0)) for corner in (0, 8, 4, 2, 6, 1, 15)]
    wanted: list[Colour] = [icc_profiles.from_lab(*INKS[corner], black=0.01126) for corner in (0, 8, 4, 2, 6, 1, 15)]
    found = shown(colours, "CMYK", profile, name, **({"quality": 98} if name == "jpeg" else {}))
    assert all_near(found, wanted, 4), (found, wanted)
    assert found[0] == (255, 255, 255)
    assert found[-1] == (0, 0, 0)


def test_of_two_tables_the_pleasing_one() -> None:
    other = icc_profiles.lab_table([(50.0, 0.0, 0.0)] * 16)
    profile = icc_profiles.profile(
        "CMYK", {b"A2B1": other, b"A2B0": icc_profiles.lab_table(INKS)}, kind=b"prtr", pcs=b"Lab "
    )
    assert shown([(0, 0, 0, 0)], "CMYK", profile, "tiff") == [(255, 255, 255)]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "gif"])
def test_no_format_takes_the_profile_along(mode: str, name: str) -> None:
    rendered = variant(saved(quarters().convert(mode), "png", icc_profile=P3), name, quality=95)
    assert not any(mark in rendered.body for mark in (b"ICC_PROFILE", b"iCCP", b"ICCP", b"prof", b"acsp"))
    wanted = icc_profiles.from_light(icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in (220, 20, 20)])
    assert near(pixel(opened(rendered), 0.25, 0.25), wanted, 9)


def chained(times: int) -> bytes:
    """A profile whose one element of 26 KB is named many times: lcms would take a gigabyte and seconds for 1000."""
    element = b"clut" + bytes(4) + icc_profiles.u16(3) * 2 + bytes([13] * 3 + [0] * 13) + bytes(13**3 * 12)
    start = 16 + 8 * times
    table = (icc_profiles.u32(start) + icc_profiles.u32(len(element))) * times
    return b"mpet" + bytes(4) + icc_profiles.u16(3) * 2 + icc_profiles.u32(times) + table + element


def test_elements_in_chains_are_left_out() -> None:
    body = P3[:128] + icc_profiles.profile("RGB ", {b"D2B0": chained(50_000), **dict(tags(P3))}, 4)[128:]
    wanted = icc_profiles.from_light(
        icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in (130, 90, 200)]
    )
    assert shown([(130, 90, 200)], "RGB", body) == [wanted]
    parsed = icc.parse_profile(body)
    assert parsed is not None
    assert len(parsed.tobytes()) < 1000


def tags(profile: bytes) -> list[tuple[bytes, bytes]]:
    entries = [profile[at : at + 12] for at in range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12)]
    places = [(entry[:4], int.from_bytes(entry[4:8]), int.from_bytes(entry[8:])) for entry in entries]
    return [(name, profile[start : start + size]) for name, start, size in places]


def table(grid: int, content: bytes) -> bytes:
    """An A2B0 (mAB) for RGB, of ``grid`` points a side."""
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
def test_a_profile_that_cannot_be_used_is_as_none(profile: bytes, name: str) -> None:
    plain = decoded(saved(quarters(), name))
    assert decoded(saved(quarters(), name, icc_profile=profile)).tobytes() == plain.tobytes()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_profile_of_inks_is_for_inks(mode: str) -> None:
    image = quarters().convert(mode)
    assert decoded(saved(image, "png", icc_profile=BROKEN["of inks"])).tobytes() == image.tobytes()


def test_a_profile_for_colours_is_not_for_inks() -> None:
    image = stripes([(0, 255, 255, 0), (0, 0, 0, 0)], (32, 16), "CMYK")
    assert decoded(saved(image, "tiff", icc_profile=P3)).tobytes() == decoded(saved(image, "tiff")).tobytes()


def test_a_png_holds_a_profile_of_megabytes() -> None:
    """Where Pillow would refuse the file."""
    profile = icc_profiles.profile("RGB ", {b"desc": bytes(2 << 20), **dict(tags(P3))}, 4)
    wanted = icc_profiles.from_light(
        icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in (130, 90, 200)]
    )
    assert shown([(130, 90, 200)], "RGB", profile) == [wanted]


def test_what_says_srgb_is_left_as_it_is() -> None:
    points = icc_profiles.points([icc_profiles.srgb_light(step * 255 / 1023) for step in range(1024)])
    rounded = [[round(value, 3) for value in colour] for colour in icc_profiles.SRGB]
    for profile in (
        SRGB,
        icc_profiles.matrix(icc_profiles.SRGB, points),
        icc_profiles.matrix(rounded, points),
        icc_profiles.matrix(icc_profiles.SRGB, icc_profiles.parametric(3, *icc_profiles.SRGB_CURVE), 4),
    ):
        assert srgb.conversion(profile, "RGB") is None
        assert decoded(saved(quarters(), "png", icc_profile=profile)).tobytes() == quarters().tobytes()


def test_what_is_only_like_srgb_is_not() -> None:
    points = icc_profiles.points([icc_profiles.srgb_light(step * 255 / 1023) for step in range(1024)])
    lifted = [[value * 1.02 for value in icc_profiles.SRGB[0]], *icc_profiles.SRGB[1:]]
    for profile in (
        icc_profiles.matrix(icc_profiles.SRGB, icc_profiles.gamma(2.2)),
        icc_profiles.matrix(lifted, points),
        P3,
    ):
        assert srgb.conversion(profile, "RGB") is not None
    one_curve = icc_profiles.profile(
        "RGB ", dict(tags(icc_profiles.matrix(icc_profiles.SRGB, points))) | {b"bTRC": icc_profiles.gamma(1.8)}
    )
    assert srgb.conversion(one_curve, "RGB") is not None


def test_a_profile_is_prepared_once() -> None:
    first = srgb.conversion(P3, "RGB")
    assert srgb.conversion(bytes(bytearray(P3)), "RGB") is first
    assert srgb.conversion(P3, "RGBA") is not first


def test_pillow_finds_nothing_of_the_profile_in_what_was_converted() -> None:
    convert = srgb.conversion(P3, "RGB")
    assert convert is not None
    output = BytesIO()
    convert(Image.new("RGB", (4, 4))).save(output, "png")
    assert b"iCCP" not in output.getvalue()


@pytest.mark.parametrize(
    ("data", "near_in_light"),
    [
        (b"", True),
        (SRGB, True),
        (P3, True),
        (icc_profiles.matrix(icc_profiles.DISPLAY_P3, icc_profiles.gamma(1.8)), True),
        (icc_profiles.grey(icc_profiles.gamma(2.2)), True),
        (icc_profiles.matrix(icc_profiles.DISPLAY_P3, icc_profiles.gamma(1.0)), False),
        (icc_profiles.grey(icc_profiles.gamma(1.0)), False),
        (b"rubbish", True),
    ],
    ids=["none", "srgb", "p3", "gamma 1.8", "grey", "linear", "linear grey", "broken"],
)
def test_which_codes_stand_for_light_as_srgbs_do(data: bytes, near_in_light: bool) -> None:
    assert has_srgb_like_curve(data) is near_in_light
