from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from edge.contract.recipe import make_recipe
from edge.contract.values import COMPASS, FITS, GRAVITIES
from edge.contract.variant_key import CLASSES
from edge.image import render
from edge.image.geometry import lay_out, orientation_of
from edge.image.transform.rotate import rotation_of
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
    RED,
    WHITE,
    animation,
    corners,
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

PNG = saved(quarters(), "png")
UPRIGHT = ["red", "green", "blue", "white"]
#: How each orientation stores an upright picture: the inverse of what the reader must do.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def oriented(orientation: int, name: str, size: tuple[int, int] = (80, 60)) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    transpose = STORED[orientation]
    image = quarters(size)
    return saved(image if transpose is None else image.transpose(transpose), name, exif=exif)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff"])
def test_every_orientation_stands_upright(name: str, orientation: int) -> None:
    result = decoded(oriented(orientation, name), width=40)
    assert result.size == (40, 30)
    assert corners(result) == UPRIGHT


@pytest.mark.parametrize("orientation", STORED)
def test_a_jpeg_that_is_shrunk_while_decoding_stands_upright(orientation: int) -> None:
    result = decoded(oriented(orientation, "jpeg", (803, 601)), width=100, height=50, gravity="north")
    assert result.size == (100, 50)
    assert near(pixel(result, 0.25, 0.5), RED)
    assert near(pixel(result, 0.75, 0.5), GREEN)


@pytest.mark.parametrize("orientation", STORED)
def test_a_focal_point_is_one_of_the_upright_picture(orientation: int) -> None:
    result = decoded(oriented(orientation, "png"), focal=(900, 100), width=20, height=20)
    assert result.size == (20, 20)
    assert near(pixel(result, 0.9, 0.3), GREEN)
    assert near(pixel(decoded(oriented(orientation, "png"), focal=(1000, 1000), width=10, height=60), 0.5, 0.9), WHITE)


def test_a_picture_is_turned_clockwise_then_mirrored() -> None:
    assert corners(decoded(PNG, rotate=90)) == ["blue", "red", "white", "green"]
    assert corners(decoded(PNG, rotate=180)) == ["white", "blue", "green", "red"]
    assert corners(decoded(PNG, rotate=270)) == ["green", "white", "red", "blue"]
    assert corners(decoded(PNG, flip=True)) == ["blue", "white", "red", "green"]
    assert corners(decoded(PNG, flop=True)) == ["green", "red", "white", "blue"]
    assert corners(decoded(PNG, rotate=90, flop=True)) == ["red", "blue", "green", "white"]


def test_width_and_height_are_those_after_the_rotation() -> None:
    assert decoded(PNG, rotate=90, width=30, height=20).size == (30, 20)
    assert decoded(PNG, rotate=90).size == (60, 80)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("format_class", CLASSES)
def test_every_fit_works_in_every_class(fit: str, format_class: str) -> None:
    sizes = {"inside": (30, 23), "outside": (40, 30)}
    assert decoded(PNG, format_class, fit=fit, width=30, height=30).size == sizes.get(fit, (30, 30))


@pytest.mark.parametrize("source", ["jpeg", "png", "webp", "avif", "gif", "tiff", "bmp"])
@pytest.mark.parametrize("format_class", CLASSES)
def test_every_source_becomes_every_class(source: str, format_class: str) -> None:
    rendered = variant(saved(quarters(), source), format_class, width=40)
    assert rendered.format == ("jpeg" if format_class == "basic" else format_class)
    assert rendered.content_type == f"image/{rendered.format}"
    assert opened(rendered).format == rendered.format.upper()
    assert corners(opened(rendered)) == UPRIGHT
    assert set(rendered.ms) == {"decode", "resize", "encode"}


def test_basic_is_png_only_where_something_shows_through() -> None:
    opaque, clear = quarters().convert("RGBA"), Image.new("RGBA", (80, 60))
    assert variant(saved(opaque, "png"), "basic").format == "jpeg"
    assert variant(saved(clear, "png"), "basic").format == "png"
    half = Image.new("RGBA", (80, 60), (*RED, 255))
    half.paste(clear.crop((0, 0, 40, 60)))
    assert variant(saved(half, "png"), "basic").format == "png"
    assert variant(saved(half, "png"), "basic", width=20, height=60, gravity="east").format == "jpeg"


def test_nothing_is_enlarged_unless_asked() -> None:
    assert decoded(PNG, width=200).size == (80, 60)
    assert decoded(PNG, width=160, up=True).size == (160, 120)


def test_a_sliver_keeps_a_pixel() -> None:
    assert decoded(saved(noise((940, 2)), "jpeg"), width=300).size == (300, 1)
    assert decoded(saved(noise((1, 1)), "png"), width=300, height=200).size == (1, 1)


def test_the_full_recipe_is_capped() -> None:
    body = saved(noise((300, 100)), "jpeg")
    assert render(body, make_recipe({}), "jpeg", policy=replace(POLICY, full_side=150)).width == 150
    assert decoded(body).size == (300, 100)


@pytest.mark.parametrize(
    ("gravity", "colour"),
    [("west", RED), ("center", GREEN), ("east", BLUE), ((100, 500), RED), ((500, 0), GREEN), ((1000, 1000), BLUE)],
)
def test_gravity_says_what_stays(gravity: object, colour: tuple[int, int, int]) -> None:
    body = saved(stripes([RED, GREEN, BLUE], (90, 30)), "png")
    assert near(pixel(decoded(body, width=20, height=20, gravity=gravity), 0.5, 0.5), colour)


def test_without_a_focal_point_the_middle_stays() -> None:
    body = saved(stripes([RED, GREEN, BLUE], (90, 30)), "png")
    assert near(pixel(decoded(body, width=20, height=20), 0.5, 0.5), GREEN)
    assert near(pixel(decoded(body, focal=(950, 500), width=20, height=20), 0.5, 0.5), BLUE)
    assert near(pixel(decoded(body, focal=(950, 500), width=20, height=20, gravity="west"), 0.5, 0.5), RED)


@pytest.mark.parametrize("name", ["png", "jpeg"])
@pytest.mark.parametrize(("at", "where"), [((0, 0), "start"), ((700, 0), "end")])
def test_auto_keeps_what_is_busy(at: tuple[int, int], where: str, name: str) -> None:
    image = Image.new("RGB", (900, 200), WHITE)
    image.paste(noise((10, 10)).point(lambda value: value // 2).resize((200, 200)), at)
    for turned, rotate in ((image, 0), (image.transpose(Image.Transpose.ROTATE_90), 90)):
        result = decoded(saved(turned, name), width=40, height=40, gravity="auto", rotate=rotate)
        assert result.size == (40, 40)
        assert max(pixel(result, 0.5, 0.5)) < 200, where


def test_a_cut_at_full_size_copies_pixels() -> None:
    image = noise((101, 50))
    result = decoded(saved(image, "png"), width=50, height=50)
    assert result.tobytes() == image.crop((26, 0, 76, 50)).tobytes()


def test_contain_pads_with_the_ground() -> None:
    result = decoded(PNG, width=60, height=60, fit="contain", bg="102030")
    assert result.size == (60, 60)
    assert near(pixel(result, 0.5, 0.05), (0x10, 0x20, 0x30), 0)
    assert corners(result) == UPRIGHT
    clear = decoded(PNG, "webp", width=60, height=60, fit="contain", bg="10203000", gravity="north")
    assert pixel(clear, 0.5, 0.95, "RGBA")[3] == 0
    assert pixel(clear, 0.25, 0.1, "RGBA")[3] == 255


def test_trimming_takes_the_plain_border_away() -> None:
    image = Image.new("RGB", (120, 100), WHITE)
    image.paste(stripes([RED, BLUE], (40, 30)), (20, 60))
    result = decoded(saved(image, "png"), trim=10)
    assert result.size == (40, 30)
    assert near(pixel(result, 0.1, 0.5), RED)
    assert decoded(saved(image, "png"), trim=10, rotate=90).size == (30, 40)
    assert near(pixel(decoded(saved(image, "png"), trim=10, width=10, height=30, gravity="east"), 0.5, 0.5), BLUE)


def test_trimming_takes_a_clear_border_away() -> None:
    image = Image.new("RGBA", (120, 100))
    image.paste(Image.new("RGBA", (40, 30), (*RED, 255)), (20, 60))
    assert decoded(saved(image, "png"), trim=10).size == (40, 30)


def test_trimming_leaves_a_plain_picture_whole() -> None:
    assert decoded(saved(Image.new("RGB", (50, 40), RED), "png"), trim=10).size == (50, 40)


def test_trimming_keeps_to_the_focal_point_of_the_whole() -> None:
    image = Image.new("RGB", (200, 30), WHITE)
    image.paste(stripes([RED, GREEN, BLUE], (90, 30)), (100, 0))
    result = decoded(saved(image, "png"), focal=(525, 500), trim=10, width=20, height=20)
    assert near(pixel(result, 0.5, 0.5), RED)


@pytest.mark.parametrize("gravity", COMPASS)
@pytest.mark.parametrize("size", [(40, 20), (20, 40), (40, 40)])
def test_the_nine_gravities_place_in_contain_and_keep_in_cover(gravity: str, size: tuple[int, int]) -> None:
    x, y = COMPASS[gravity][0] / 1000, COMPASS[gravity][1] / 1000
    body = saved(Image.new("RGB", size, RED), "png")
    padded = decoded(body, width=80, height=80, fit="contain", gravity=gravity)
    left, top = round((80 - size[0]) * x), round((80 - size[1]) * y)
    ground = Image.new("RGB", (80, 80), WHITE)
    assert ImageChops.difference(padded, ground).getbbox() == (left, top, left + size[0], top + size[1])
    kept = Image.new("RGB", (90, 90), WHITE)
    kept.paste(RED, (round(60 * x), round(60 * y), round(60 * x) + 30, round(60 * y) + 30))
    for width, height in ((30, 90), (90, 30)):
        cut = decoded(saved(kept, "png"), width=width, height=height, gravity=gravity)
        assert (900, RED) in (cut.getcolors() or [])  # all of the square


def test_grayscale_takes_colour_and_leaves_the_ground() -> None:
    result = decoded(PNG, grayscale=True, width=60, height=60, fit="contain", bg="ff0000")
    red, green, blue = pixel(result, 0.25, 0.25)
    assert red == green == blue
    assert near(pixel(result, 0.5, 0.02), (255, 0, 0))
    assert opened(variant(PNG, "jpeg", grayscale=True)).mode == "L"


def test_blur_softens_and_sharpen_hardens() -> None:
    def contrast(blur: int = 0, sharpen: int = 0) -> int:
        edges = decoded(body, blur=blur, sharpen=sharpen).convert("L").filter(ImageFilter.FIND_EDGES)
        return sum(value * count for value, count in enumerate(edges.histogram()))

    body = saved(quarters().filter(ImageFilter.GaussianBlur(1)), "png")
    assert contrast(blur=4) < contrast() < contrast(sharpen=2)


@settings(deadline=None, max_examples=150)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    mode=st.sampled_from(["L", "LA", "RGB", "RGBA"]),
    options=st.fixed_dictionaries(
        {"fit": st.sampled_from(FITS), "rotate": st.one_of(st.sampled_from([0, 90, 180, 270]), st.integers(0, 359))},
        optional={
            "width": st.integers(0, 130),
            "height": st.integers(0, 130),
            "gravity": st.sampled_from([*GRAVITIES, (0, 0), (310, 420), (1000, 1000)]),
            **dict.fromkeys(("up", "flip", "flop", "grayscale"), st.booleans()),
            "blur": st.integers(0, 4),
            "sharpen": st.integers(0, 4),
            "bg": st.sampled_from(["ffffff", "10203000"]),
        },
    ),
    name=st.sampled_from(["png", "tiff", "webp"]),
)
def test_any_recipe_makes_the_size_that_was_laid_out(
    size: tuple[int, int], mode: str, options: dict[str, object], name: str
) -> None:
    recipe = make_recipe(options)
    rendered = render(saved(noise(size, mode), name), recipe, "png", focal=(700, 200), policy=POLICY)
    turned = rotation_of(recipe).size(orientation_of(recipe).size(size))
    assert opened(rendered).size == lay_out(turned, recipe, POLICY).canvas


@settings(deadline=None, max_examples=150)
@given(
    size=st.one_of(
        st.sampled_from([(1, 10_000), (10_000, 1), (1, 1), (2, 9_000), (940, 2)]),
        st.tuples(st.integers(1, 400), st.integers(1, 400)),
    ),
    options=st.fixed_dictionaries(
        {
            "width": st.integers(0, 500),
            "height": st.integers(0, 500),
            "fit": st.sampled_from(FITS),
            "up": st.booleans(),
            "rotate": st.one_of(st.sampled_from([0, 90]), st.integers(0, 359)),
            "gravity": st.sampled_from(["focal", "southeast", "auto"]),
        }
    ),
)
def test_no_canvas_is_bigger_than_the_limit_or_less_than_a_pixel(
    size: tuple[int, int], options: dict[str, object]
) -> None:
    """Whatever is asked of slivers: https://nvd.nist.gov/vuln/detail/CVE-2026-53505 grew the canvas after its check."""
    policy, recipe = replace(POLICY, max_side=200, full_side=300), make_recipe(options)
    result = opened(render(saved(Image.new("L", size, 90), "png"), recipe, "png", policy=policy))
    assert 1 <= min(result.size) <= max(result.size) <= 200
    assert result.size == lay_out(rotation_of(recipe).size(orientation_of(recipe).size(size)), recipe, policy).canvas


@pytest.mark.parametrize("size", [(1, 10_000), (10_000, 1)])
@pytest.mark.parametrize("fit", FITS)
def test_slivers_fit(size: tuple[int, int], fit: str) -> None:
    body = saved(noise(size), "png")
    long, wide = 0 if size[0] > 1 else 1, 1 if size[0] > 1 else 0
    result = decoded(body, width=300, height=300, fit=fit).size
    assert (result[long], result[wide]) == {
        "cover": (1, 1),
        "contain": (300, 300),
        "fill": (300, 1),
        "inside": (300, 1),
        "outside": (4096, 1),
    }[fit]


@pytest.mark.parametrize("format_class", CLASSES)
@pytest.mark.parametrize("source", ["jpeg", "gif"])
def test_the_same_arguments_give_the_same_bytes(source: str, format_class: str) -> None:
    frames = [noise((64, 48), seed=seed) for seed in range(2)]
    body = animation("gif", frames, duration=100) if source == "gif" else saved(frames[0], "jpeg")
    assert variant(body, format_class, width=40).body == variant(body, format_class, width=40).body
