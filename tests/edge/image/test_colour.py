from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageCms

from edge.contract.recipe import make_recipe
from edge.image import render
from edge.image.colour import background
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
    RED,
    WHITE,
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

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """An sRGB whose red is blue and whose blue is red: what it does cannot be overlooked."""
    return SRGB.replace(b"rXYZ", b"tXYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tXYZ", b"bXYZ", 1)


def disc(inside: tuple[int, ...], outside: tuple[int, ...]) -> Image.Image:
    mask = Image.radial_gradient("L").resize((200, 200)).point(lambda value: 255 * (value < 120))
    image = Image.new("RGBA", (200, 200), outside)
    image.paste(Image.new("RGBA", (200, 200), inside), mask=mask)
    return image


@pytest.mark.parametrize("hidden", [(0, 0, 0, 0), (0, 255, 0, 0), (255, 255, 255, 0)])
@pytest.mark.parametrize("options", [{"width": 37}, {"width": 37, "blur": 3}, {"width": 37, "sharpen": 2}])
def test_what_nobody_sees_leaves_no_fringe(hidden: tuple[int, ...], options: dict[str, int]) -> None:
    body = render(saved(disc((255, 0, 0, 255), hidden), "png"), make_recipe(options), "png", policy=POLICY)
    seen = [at[:3] for at in opened(body).get_flattened_data() if isinstance(at, tuple) and at[3] > 25]
    assert len(seen) > 100
    assert all(near(at, (255, 0, 0), 12) for at in seen)


def test_flattening_blends_with_the_ground() -> None:
    body = saved(Image.new("RGBA", (20, 20), (255, 0, 0, 128)), "png")
    assert near(pixel(decoded(body, "jpeg"), 0.5, 0.5), (255, 127, 127))
    assert near(pixel(decoded(body, "jpeg", bg="0000ff"), 0.5, 0.5), (128, 0, 127))
    assert near(pixel(decoded(body, "jpeg", bg="0000ff00"), 0.5, 0.5), (128, 0, 127))


@pytest.mark.parametrize("format_class", ["png", "webp", "avif"])
def test_transparency_is_kept(format_class: str) -> None:
    body = saved(stripes([(*RED, 255), (*RED, 128), (*RED, 0)], (60, 20), "RGBA"), format_class)
    result = decoded(body, format_class, width=30)
    assert [round(pixel(result, x, 0.5, "RGBA")[3] / 64) for x in (0.1, 0.5, 0.9)] == [4, 2, 0]


def test_gif_holds_all_or_nothing() -> None:
    body = saved(stripes([(*RED, 255), (*RED, 160), (*RED, 90), (*RED, 0)], (80, 20), "RGBA"), "png")
    result = decoded(body, "gif")
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.1, 0.4, 0.6, 0.9)] == [255, 255, 0, 0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_keeps_its_light(mode: str) -> None:
    grey = stripes([(0,), (255,)], (40, 20), "L")
    image = grey.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else grey.convert(mode)
    result = decoded(saved(image, "png"), width=20)
    assert near(pixel(result, 0.2, 0.5), (0, 0, 0), 0)
    assert near(pixel(result, 0.8, 0.5), (255, 255, 255), 0)


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    image = Image.new("I;16", (64, 1))
    for x in range(64):
        image.putpixel((x, 0), x * 1024)
    found = decoded(saved(image, "png")).convert("L").get_flattened_data()
    assert list(found) == [round(x * 1024 / 257) for x in range(64)]


def test_one_grey_of_sixteen_bits_may_be_transparent() -> None:
    image = Image.new("I;16", (2, 1), 0x1234)
    image.putpixel((1, 0), 0x1235)
    result = decoded(saved(image, "png", transparency=0x1234))
    assert list(result.getchannel("A").get_flattened_data()) == [0, 255]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_32_bits_are_stretched_from_black_to_white(mode: str) -> None:
    image = stripes([(0,), (100,), (200,)], (30, 10), "L").convert(mode).point(lambda value: value * 1000 + 5)
    result = decoded(saved(image, "tiff")).convert("L")
    assert [result.getpixel((x, 5)) for x in (2, 15, 28)] == [0, 127, 255]


def test_palette_and_its_transparency_become_colours() -> None:
    image = quarters().quantize(4)
    index = image.getpixel((0, 0))
    result = decoded(saved(image, "png", transparency=index), width=40)
    assert pixel(result, 0.2, 0.2, "RGBA")[3] == 0
    assert near(pixel(result, 0.8, 0.2), GREEN)


def test_a_palette_is_resized_as_colours() -> None:
    image = stripes([(0,), (255,)] * 20, (40, 20), "L").convert("P")
    assert 100 < pixel(decoded(saved(image, "png"), width=10, height=5), 0.5, 0.5)[0] < 155


@pytest.mark.parametrize("name", ["jpeg", "tiff"])
def test_cmyk_becomes_rgb(name: str) -> None:
    image = stripes([(0, 255, 255, 0), (255, 0, 255, 0), (0, 0, 0, 0)], (90, 30), "CMYK")
    result = decoded(saved(image, name), width=30)
    assert near(pixel(result, 0.15, 0.5), (255, 0, 0), 12)
    assert near(pixel(result, 0.5, 0.5), (0, 255, 0), 12)
    assert near(pixel(result, 0.85, 0.5), (255, 255, 255), 12)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff"])
def test_a_profile_is_applied_and_gone(name: str) -> None:
    result = decoded(saved(quarters(), name, icc_profile=swapped_profile()), width=40)
    assert near(pixel(result, 0.25, 0.25), BLUE, 24)
    assert near(pixel(result, 0.25, 0.75), RED, 24)
    assert "icc_profile" not in result.info


def test_a_profile_leaves_transparency_alone() -> None:
    body = saved(stripes([(*RED, 255), (*RED, 128)], (40, 20), "RGBA"), "png", icc_profile=swapped_profile())
    result = decoded(body)
    assert near(pixel(result, 0.2, 0.5, "RGBA"), (*BLUE, 255), 12)
    assert near(pixel(result, 0.8, 0.5, "RGBA"), (*BLUE, 128), 12)


def test_srgb_itself_changes_nothing() -> None:
    plain, tagged = (decoded(saved(noise((30, 30)), "png", **extra)) for extra in ({}, {"icc_profile": SRGB}))
    assert max(high for _, high in ImageChops.difference(plain, tagged).getextrema()) <= 1  # type: ignore[misc]


@pytest.mark.parametrize("profile", [b"", b"no profile", SRGB[:200], SRGB[:128] + bytes(400)])
def test_a_broken_profile_is_as_none(profile: bytes) -> None:
    body = saved(quarters(), "png", icc_profile=profile)
    assert decoded(body).tobytes() == quarters().tobytes()


def test_a_profile_of_another_colour_space_is_as_none() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert decoded(saved(quarters(), "png", icc_profile=lab)).tobytes() == quarters().tobytes()
    grey = quarters().convert("L")
    assert decoded(saved(grey, "png", icc_profile=SRGB)).tobytes() == grey.tobytes()


def grey_profile(gamma: float) -> bytes:
    """A version 2 profile of greys that are raised to ``gamma``."""
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
def test_a_profile_of_greys_is_applied(mode: str) -> None:
    body = saved(Image.new("L", (9, 9), 128).convert(mode), "png", icc_profile=grey_profile(1.0))
    result = decoded(body)
    assert result.mode == "L"
    assert near(pixel(result, 0.5, 0.5), (188, 188, 188), 2)


def test_a_colour_with_and_without_alpha() -> None:
    assert background.parse_colour("0a0b0c") == (10, 11, 12, 255)
    assert background.parse_colour("0a0b0c0d") == (10, 11, 12, 13)


def test_full_colour_is_kept_by_every_format() -> None:
    for format_class in ("jpeg", "webp", "avif", "png", "gif"):
        result = decoded(saved(quarters(), "png"), format_class, quality=95)
        assert near(pixel(result, 0.25, 0.25), RED, 12), format_class
        assert near(pixel(result, 0.75, 0.75), WHITE, 12), format_class


def private(image: Image.Image, name: str) -> bytes:
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
def test_nothing_is_told_beside_the_picture(source: str, format_class: str) -> None:
    body = private(quarters(), source)
    assert b"SECRET" in body
    rendered = variant(body, format_class)
    assert b"SECRET" not in rendered.body
    info = opened(rendered).info
    assert not {"exif", "icc_profile", "xmp", "comment", "dpi", "photoshop"} & set(info), info
    assert BytesIO(rendered.body).read().find(b"Exif") < 0


@pytest.mark.parametrize(("mode", "clear"), [("L", 0), ("1", 0), ("RGB", (0, 0, 0))])
def test_one_colour_may_be_transparent(mode: str, clear: object) -> None:
    body = saved(stripes([(0,), (255,)], (40, 20), "L").convert(mode), "png", transparency=clear)
    result = decoded(body, width=20)
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.2, 0.8)] == [0, 255]
