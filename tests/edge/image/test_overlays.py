"""Images placed on others: where, how large, and from what originals."""

from __future__ import annotations

from functools import partial

import pytest
from PIL import Image

from edge.contract.operations import CORNERS
from edge.image.geometry import Size
from edge.image.overlays import ReadMark, SizeOf, place_overlay, place_watermark, read_mark
from tests.edge.image.pictures import POLICY, RED, animation, corners, near, pixel, quarters, saved

PINK = (250, 0, 250)


def plain(size: Size = (40, 20)) -> ReadMark:
    """A mark of that size, in one colour."""
    return partial(read_mark, saved(Image.new("RGB", size, PINK), "png"), policy=POLICY)


def covered(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where the mark is on a black image."""
    return image.convert("L").point([255 * (value > 20) for value in range(256)]).getbbox()


def black(size: Size = (200, 100)) -> Image.Image:
    return Image.new("RGB", size)


@pytest.mark.parametrize(
    ("corner", "box"),
    [
        ("northwest", (4, 4, 24, 14)),
        ("northeast", (176, 4, 196, 14)),
        ("southwest", (4, 86, 24, 96)),
        ("southeast", (176, 86, 196, 96)),
        ("center", (90, 45, 110, 55)),
    ],
)
def test_a_watermark_is_in_its_corner_with_a_margin(corner: str, box: tuple[int, int, int, int]) -> None:
    """Its longer side is 20 percent of the shorter side of the image, and the margin four."""
    result = place_watermark(black(), plain(), corner=corner, size=20, margin=4, opacity=100)
    assert covered(result) == box


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("base", [(1, 1), (3, 400), (400, 3)])
@pytest.mark.parametrize("mark", [(1, 1), (300, 1), (1, 300), (500, 500)])
def test_a_watermark_of_any_shape_stays_within_any_image(corner: str, base: Size, mark: Size) -> None:
    for size, margin in ((1, 50), (100, 50), (100, 0)):
        result = place_watermark(black(base), plain(mark), corner=corner, size=size, margin=margin, opacity=100)
        assert result.size == base
        assert covered(result) is not None


@pytest.mark.parametrize(
    ("left", "top", "width", "height", "box"),
    [
        (None, None, None, None, (80, 40, 120, 60)),
        ("10", "5", None, None, (10, 5, 50, 25)),
        ("-10", "-5", None, None, (150, 75, 190, 95)),
        ("10p", "-10p", None, None, (20, 70, 60, 90)),
        ("0", "0", 50, None, (0, 0, 100, 50)),
        ("0", "0", None, 50, (0, 0, 100, 50)),
        ("0", "0", 50, 10, (0, 0, 20, 10)),
        ("0", "0", 100, None, (0, 0, 200, 100)),
        ("190", "0", None, None, (190, 0, 200, 20)),
        ("500", "0", None, None, None),
    ],
)
def test_an_overlay_is_where_awss_image_handler_puts_it(
    left: str | None, top: str | None, width: int | None, height: int | None, box: tuple[int, int, int, int] | None
) -> None:
    result = place_overlay(black(), plain(), left=left, top=top, width=width, height=height, opacity=100)
    assert covered(result) == box


@pytest.mark.parametrize("mark", [(1000, 10), (10, 1000), (1, 4000), (5000, 5000)])
@pytest.mark.parametrize("width", [None, 1, 100])
def test_an_overlay_is_never_larger_than_the_image(mark: Size, width: int | None) -> None:
    result = place_overlay(black((30, 30)), plain(mark), left="0", top="0", width=width, height=None, opacity=100)
    assert result.size == (30, 30)
    assert covered(result) is not None


def test_the_mark_is_read_at_the_size_it_has_in_the_result() -> None:
    sizes: list[Size] = []

    def read(size_of: SizeOf) -> Image.Image:
        sizes.append(size_of((4000, 2000)))
        return Image.new("RGB", sizes[-1])

    place_watermark(black(), read, corner="southeast", size=20, margin=0, opacity=100)
    assert sizes == [(20, 10)]


def half(size: Size) -> Size:
    return size[0] // 2, size[1] // 2


def test_a_mark_is_upright_and_in_srgb() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees clockwise
    mark = read_mark(saved(quarters((80, 60)), "jpeg", exif=exif, quality=95), half, POLICY)
    assert mark.size == (30, 40)
    assert corners(mark) == ["blue", "red", "white", "green"]


@pytest.mark.parametrize(
    "body",
    [
        saved(Image.new("CMYK", (40, 20), (0, 255, 255, 0)), "jpeg"),
        animation("gif", [Image.new("RGB", (40, 20), colour) for colour in ("red", "lime")], duration=100),
        saved(Image.new("P", (40, 20), 0).convert("RGB"), "bmp"),
        saved(Image.new("LA", (40, 20), (200, 50)), "png"),
        saved(Image.new("I;16", (40, 20), 40000), "png"),
    ],
    ids=["inks", "animation", "bmp", "gray with alpha", "sixteen bits"],
)
def test_any_original_can_be_a_mark(body: bytes) -> None:
    mark = read_mark(body, half, POLICY)
    assert mark.size == (20, 10)
    assert mark.mode in ("L", "LA", "RGB", "RGBA")


def test_of_an_animation_the_first_frame_is_placed() -> None:
    body = animation("gif", [Image.new("RGB", (40, 20), colour) for colour in (RED, "lime")], duration=100)
    assert near(pixel(read_mark(body, half, POLICY), 0.5, 0.5), RED, 12)
