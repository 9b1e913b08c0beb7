"""Each edit: what it says of a translation, and which values it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from edge.sih.draft import Draft
from edge.sih.edit_table import EDITS, FORMATS, REFUSED, WITHOUT_EFFECT, output_format
from edge.sih.errors import SihError

#: All edits that product knows.
ALLOWED = (
    *("overlayWith", "smartCrop", "roundCrop", "contentModeration", "crop", "animated", "tint", "greyscale"),
    *("grayscale", "pipelineColorspace", "pipelineColourspace", "toColorspace", "toColourspace", "removeAlpha"),
    *("ensureAlpha", "extractChannel", "joinChannel", "bandbool", "rotate", "flip", "flop", "affine", "sharpen"),
    *("median", "blur", "flatten", "unflatten", "gamma", "negate", "normalise", "normalize", "clahe", "convolve"),
    *("threshold", "boolean", "linear", "recomb", "modulate", "jpeg", "png", "webp", "gif", "avif", "tiff", "heif"),
    *("toFormat", "resize", "extend", "extract", "trim"),
)


def drafted(name: str, value: Any, **options: Any) -> Draft:
    draft = Draft(upright=False, strict=True, by_path=False, options=options)
    EDITS[name](draft, value)
    return draft


def test_every_edit_of_that_product_is_supported_without_effect_or_refused() -> None:
    """Its allow-list."""
    groups = (EDITS.keys(), REFUSED, WITHOUT_EFFECT)
    assert [name for name in ALLOWED if sum(name in group for group in groups) != 1] == []


@pytest.mark.parametrize(
    ("name", "value", "options"),
    [
        ("rotate", 90, {"rotate": 90}),
        ("rotate", -90, {"rotate": 270}),
        ("rotate", "180", {"rotate": 180}),
        ("rotate", 720, {"rotate": 0}),
        ("flip", True, {"flip": True}),
        ("trim", True, {"trim": 10}),
        ("trim", 30, {"trim": 30}),
        ("trim", {"threshold": 0}, {"trim": 1}),
        ("trim", {}, {"trim": 10}),
    ],
)
def test_what_a_recipe_can_say_is_an_option_of_it(name: str, value: Any, options: dict[str, Any]) -> None:
    assert drafted(name, value).options == options


@pytest.mark.parametrize("value", [None, True])
def test_without_an_angle_an_image_is_turned_upright(value: Any) -> None:
    draft = drafted("rotate", value)
    assert draft.upright
    assert draft.options == {}


@pytest.mark.parametrize("name", ["extract", "crop"])
def test_an_area_is_one_of_the_original_before_the_size_and_of_the_result_after_it(name: str) -> None:
    area = {"left": 1, "top": 2, "width": 3, "height": 4}
    assert drafted(name, area).area == (1, 2, 3, 4)
    for before in ({"width": 9}, {"rotate": 90}):
        draft = drafted(name, area, **before)
        assert (draft.area, [str(each) for each in draft.operations]) == (
            None,
            ["extract(left=1,top=2,width=3,height=4)"],
        )


@pytest.mark.parametrize(
    ("name", "value", "operation"),
    [
        ("rotate", 45, "rotate(degrees=45,colour=000000)"),
        ("rotate", -0.6, "rotate(degrees=359,colour=000000)"),
        ("smartCrop", True, "face_crop(face=0,padding=0)"),
        ("smartCrop", {"faceIndex": 2, "padding": -4}, "face_crop(face=2,padding=-4)"),
    ],
)
def test_what_it_cannot_say_is_an_operation(name: str, value: Any, operation: str) -> None:
    assert [str(each) for each in drafted(name, value).operations] == [operation]


@pytest.mark.parametrize("degrees", [0.4, 359.7, 89.6])
def test_an_angle_is_rounded_to_whole_degrees(degrees: float) -> None:
    draft = drafted("rotate", degrees)
    assert (draft.operations, draft.options["rotate"]) == ([], round(degrees) % 360)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rotate", "left"),
        ("extract", {"left": 1}),
        ("extract", 7),
        ("smartCrop", {"faceIndex": -1}),
        ("trim", 300),
    ],
)
def test_an_invalid_value_is_an_error(name: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        drafted(name, value)


def test_formats_have_our_names_and_others_are_refused() -> None:
    assert {output_format(name) for name in ("JPG", "jpeg", "png", "webp", "gif", "AVIF")} == FORMATS
    for name in ("tiff", "heif", "heic", "raw", "svg", "../x"):
        with pytest.raises(SihError, match="is not supported"):
            output_format(name)


def test_encodings_prefer_their_format_unless_they_come_from_a_path() -> None:
    draft = drafted("webp", {"quality": 40})
    assert (draft.preferred, draft.qualities, draft.quality) == ("webp", {"webp": 40}, None)
    by_path = Draft(upright=False, strict=True, by_path=True)
    EDITS["tiff"](by_path, {"quality": 40})
    assert (by_path.preferred, by_path.qualities, by_path.quality) == (None, {}, 40)
    assert drafted("animated", False).moving is False
