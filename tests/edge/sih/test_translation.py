"""What the vectors mean as recipes, and what depends on the format that an image gets."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from edge.contract.edits import Edits, as_edits
from edge.image import render
from edge.image.encode.quality import to_encoder
from edge.sih.errors import SihError
from edge.sih.requested_image import RequestedImage
from edge.sih.translation import Translation, translate
from tests.edge.image.pictures import BLUE, GREEN, POLICY, RED, WHITE, near, pixel, quarters, saved
from tests.edge.sih.vectors import CASES, SihCase, meaning

_COLOURS = {"R": RED, "G": GREEN, "B": BLUE, "W": WHITE}


def translated(edits: dict[str, Any], *, upright: bool = False, strict: bool = True, **fields: Any) -> Translation:
    return translate(RequestedImage("a.jpg", edits, **fields), upright=upright, strict=strict)


def slug(edits: dict[str, Any], format_class: str, *, opaque: bool = True, **fields: Any) -> str:
    found = translated(edits, **fields).rendition(format_class, opaque=opaque, default_quality=75)
    return as_edits(found).recipe.slug


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.name}")
def test_a_documented_url_means_what_the_vectors_say(case: SihCase) -> None:
    assert meaning(case) == case.wanted.get("means", case.wanted.get("error"))


def test_what_a_recipe_says_is_a_recipe_where_images_are_upright() -> None:
    edits = {"resize": {"width": 300}}
    assert isinstance(translated(edits).rendition("webp", opaque=True, default_quality=75), Edits)
    assert translated(edits, upright=True).rendition("webp", opaque=True, default_quality=75).slug == "w300_up"


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
def test_a_quality_is_that_of_the_encoder(name: str) -> None:
    found = slug({name: {"quality": 60}}, name)
    assert abs(to_encoder(int(found.removeprefix("q")), name) - 60) <= 1


def test_a_quality_holds_for_its_format_and_that_of_a_path_for_every_one() -> None:
    assert slug({"jpeg": {"quality": 10}}, "webp") == "full"
    assert slug({"jpeg": {"quality": 10}}, "webp", by_path=True) != "full"
    assert slug({"quality": 10}, "webp") != "full"
    assert slug({"png": {"quality": 10}}, "png") == "full"
    assert slug({"jpeg": {"quality": 900}}, "jpeg") == "q100"


def test_a_transparent_image_is_flattened_before_all_else() -> None:
    found = translated({"negate": True, "flatten": True}).rendition("webp", opaque=False, default_quality=75)
    assert [str(each) for each in as_edits(found).operations] == ["flatten(colour=000000)", "negate(alpha=1)"]


def test_what_sharp_combines_in_its_own_way_is_refused() -> None:
    with pytest.raises(SihError, match="smartCrop with"):
        translated({"resize": {"width": 9}, "smartCrop": True, "rotate": 7})
    with pytest.raises(SihError, match="may have 10"):
        translated(
            dict.fromkeys(["negate", "grayscale", "median", "threshold", "blur", "sharpen", "gamma", "normalise"], True)
            | {"linear": 1, "tint": "red", "extend": 4}
        )


def test_the_corners_of_a_round_crop_are_black_in_a_jpeg() -> None:
    assert slug({"roundCrop": True}, "jpeg") == "bg000000"
    assert slug({"roundCrop": True}, "png") == "full"


def test_transparency_is_black_in_a_jpeg_or_the_colour_of_flatten() -> None:
    assert slug({}, "jpeg") == "full"
    assert slug({}, "jpeg", opaque=False) == "bg000000"
    assert slug({"flatten": {"background": "red"}}, "jpeg", opaque=False) == "bgff0000"
    assert slug({"flatten": {"background": "red"}}, "webp", opaque=True) == "full"


def test_unknown_edits_are_ignored_unless_strict_and_refused_ones_never_are() -> None:
    assert translated({"sepia": 1}, strict=False).options == {}
    with pytest.raises(SihError, match="sepia"):
        translated({"sepia": 1})
    with pytest.raises(SihError, match="recomb"):
        translated({"recomb": [1]}, strict=False)
    assert translated({"recomb": False, "flip": False}).options == {}


def test_a_trimmed_image_has_no_area() -> None:
    with pytest.raises(SihError, match="trim with extract"):
        translated({"trim": True, "extract": {"left": 0, "top": 0, "width": 1, "height": 1}})


@pytest.mark.parametrize(
    ("edits", "size", "corners"),
    [
        ({"resize": {"width": 40}, "rotate": 90}, (20, 40), "BRWG"),
        ({"rotate": 90, "resize": {"width": 40}}, (40, 80), "BRWG"),
        ({"resize": {"width": 40}, "flip": True, "rotate": 90}, (20, 40), "RBGW"),
        ({"rotate": 90, "resize": {"width": 40}, "flip": True}, (40, 80), "RBGW"),
        ({"flip": True, "rotate": 90}, (40, 80), "RBGW"),
        ({"flop": True, "rotate": 270}, (40, 80), "RBGW"),
        ({"rotate": 270, "flip": True, "flop": True}, (40, 80), "BRWG"),
        ({"resize": {"width": 40}, "rotate": 180, "flop": True}, (40, 20), "BWRG"),
        ({"resize": {"width": 20, "height": 20, "position": "left"}, "rotate": 180}, (20, 20), "WWGG"),
        ({"resize": {"width": 20, "height": 20, "position": "left"}, "flop": True}, (20, 20), "GGWW"),
        ({"rotate": 90, "resize": {"width": 20, "height": 20, "position": "top"}, "flip": True}, (20, 20), "RBRB"),
        ({"rotate": 90, "resize": {"width": 20, "height": 20, "position": "top"}, "flop": True}, (20, 20), "WGWG"),
        ({"resize": {"width": 30, "height": 10, "fit": "inside"}, "rotate": 90}, (10, 20), "BRWG"),
        ({"resize": {"width": 30, "height": 10, "fit": "fill"}, "rotate": 270}, (10, 30), "GWRB"),
        ({"resize": {"width": 30, "height": 10, "fit": "outside"}, "rotate": 90}, (15, 30), "BRWG"),
        ({"extract": {"left": 0, "top": 0, "width": 40, "height": 20}, "rotate": 90}, (20, 40), "RRRR"),
        ({"rotate": 90, "extract": {"left": 0, "top": 0, "width": 40, "height": 20}}, (40, 20), "BRBR"),
        (
            {"resize": {"width": 40}, "rotate": 90, "extract": {"left": 0, "top": 0, "width": 20, "height": 10}},
            (20, 10),
            "BRBR",
        ),
    ],
    ids=str,
)
def test_turns_flips_and_sizes_are_those_of_sharp(edits: dict[str, Any], size: tuple[int, int], corners: str) -> None:
    """What sharp 0.33.5 and 0.35.5 make, called in the order of the edits, of red, green, blue and white quarters."""
    what = translated(edits).rendition("png", opaque=True, default_quality=75)
    image = Image.open(BytesIO(render(saved(quarters((80, 40)), "png"), what, "png", policy=POLICY).body)).convert(
        "RGB"
    )
    assert image.size == size
    points = [(x, y) for y in (0.2, 0.8) for x in (0.2, 0.8)]
    assert all(near(pixel(image, *point), _COLOURS[name], 24) for point, name in zip(points, corners, strict=True))


def test_an_area_between_a_turn_and_a_size_is_refused() -> None:
    area = {"left": 0, "top": 0, "width": 9, "height": 9}
    translated({"rotate": 90, "extract": area})
    translated({"rotate": 90, "resize": {"width": 9}, "extract": area})
    with pytest.raises(SihError, match="rotate, then extract, then resize"):
        translated({"rotate": 90, "extract": area, "resize": {"width": 9}})
