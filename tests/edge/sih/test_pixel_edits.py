"""Edits of pixels: sharp's arguments, as operations."""

from __future__ import annotations

from typing import Any

import pytest

from edge.contract.errors import BadRequest
from edge.sih.draft import Draft
from edge.sih.pixel_edits import PIXEL_EDITS


def operations(name: str, value: Any) -> list[str]:
    draft = Draft(upright=False, strict=True, by_path=False)
    PIXEL_EDITS[name](draft, value)
    return [str(each) for each in draft.operations]


@pytest.mark.parametrize(
    ("name", "value", "operation"),
    [
        ("blur", True, "blur(sigma=)"),
        ("blur", 2.5, "blur(sigma=2.5)"),
        ("blur", {"sigma": 4}, "blur(sigma=4)"),
        (
            "convolve",
            {"width": 3, "height": 3, "kernel": [1] * 9, "scale": 9},
            "convolve(kernel=1;1;1;1;1;1;1;1;1,scale=9,offset=0)",
        ),
        ("extend", 10, "extend(top=10,right=10,bottom=10,left=10,colour=000000)"),
        ("extend", {"top": 4, "background": "#ff000080"}, "extend(top=4,right=0,bottom=0,left=0,colour=ff000080)"),
        ("gamma", True, "gamma(before=2.2,after=2.2)"),
        ("gamma", 3, "gamma(before=3,after=3)"),
        ("grayscale", True, "grayscale()"),
        ("greyscale", True, "grayscale()"),
        ("linear", 1.5, "linear(factors=1.5,offsets=0)"),
        ("linear", [1, 2, 3], "linear(factors=1;2;3,offsets=0;0;0)"),
        ("median", True, "median(size=3)"),
        ("median", 5, "median(size=5)"),
        ("modulate", {"brightness": 2, "hue": 90}, "modulate(brightness=2,saturation=1,hue=90,lightness=0)"),
        ("negate", True, "negate(alpha=1)"),
        ("negate", {"alpha": False}, "negate(alpha=0)"),
        ("normalise", True, "normalise(lower=1,upper=99)"),
        ("normalize", {"lower": 5, "upper": 90}, "normalise(lower=5,upper=90)"),
        ("roundCrop", True, "round_crop(rx=,ry=,top=,left=)"),
        ("roundCrop", {"rx": 3, "ry": 0, "top": -1}, "round_crop(rx=3,ry=,top=,left=)"),
        ("sharpen", True, "sharpen(sigma=,flat=1,jagged=2,threshold=2,lighter=10,darker=20)"),
        ("sharpen", 3.5, "sharpen(sigma=3.5,flat=1,jagged=2,threshold=2,lighter=10,darker=20)"),
        (
            "sharpen",
            {"sigma": 2, "m1": 0, "m2": 3, "x1": 4, "y2": 5, "y3": 6},
            "sharpen(sigma=2,flat=0,jagged=3,threshold=4,lighter=5,darker=6)",
        ),
        ("threshold", True, "threshold(value=128,grayscale=1)"),
        ("threshold", 40, "threshold(value=40,grayscale=1)"),
        ("tint", {"r": 255, "g": 0, "b": 0}, "tint(colour=ff0000)"),
    ],
)
def test_an_edit_is_an_operation(name: str, value: Any, operation: str) -> None:
    assert operations(name, value) == [operation]


def test_every_edit_is_tested() -> None:
    (cases,) = (mark for mark in test_an_edit_is_an_operation.pytestmark if mark.name == "parametrize")
    assert {case[0] for case in cases.args[1]} == PIXEL_EDITS.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("blur", 0.1),
        ("blur", 1001),
        ("blur", []),
        ("convolve", {"width": 3, "height": 3, "kernel": [1] * 8}),
        ("convolve", {"width": 9, "height": 1, "kernel": [1] * 9}),
        ("convolve", {"width": 2, "height": 2, "kernel": [1] * 4}),
        ("extend", {"top": -1}),
        ("gamma", 9),
        ("linear", "x"),
        ("linear", [1] * 7),
        ("median", 7),
        ("modulate", True),
        ("normalise", {"lower": 101}),
        ("roundCrop", {"rx": "wide"}),
        ("sharpen", 11),
        ("sharpen", {"sigma": "x"}),
        ("threshold", 256),
        ("tint", "reddish"),
    ],
)
def test_an_invalid_argument_is_an_error(name: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError, BadRequest)):
        operations(name, value)
