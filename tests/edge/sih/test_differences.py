"""What a URL alone tells of how its answer differs."""

from __future__ import annotations

from typing import Any

import pytest

from edge.sih import differences
from edge.sih.requested_image import RequestedImage


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({"resize": {"width": 300}}, ()),
        ({"resize": {"width": 300, "position": "top"}}, ()),
        ({"resize": {"width": 300, "position": "attention"}}, (differences.SALIENCE,)),
        ({"resize": {"width": 300, "strategy": 16}}, (differences.SALIENCE,)),
        ({"resize": {"width": 300, "kernel": "nearest"}}, (differences.KERNEL,)),
        ({"resize": {"width": 300, "kernel": "lanczos3"}}, ()),
        ({"resize": None}, ()),
        ({"smartCrop": True}, (differences.FACES,)),
        ({"smartCrop": False, "rotate": 90}, ()),
        ({"contentModeration": {"blur": 80}}, (differences.MODERATION,)),
        ({"webp": {"quality": 80}}, ()),
        ({"webp": {"quality": 80, "nearLossless": True}}, (differences.FORMAT_OPTIONS,)),
        ({"webp": {"effort": 6}, "avif": {"effort": 2}}, (differences.FORMAT_OPTIONS,)),
        ({"resize": {"width": 300, "height": 200}, "rotate": 90}, (differences.TURNED,)),
        ({"resize": {"height": 200}, "rotate": 270}, (differences.TURNED,)),
        ({"resize": {"width": 300}, "rotate": 90}, ()),
        ({"resize": {"width": 300, "height": 200, "fit": "inside"}, "rotate": 90}, ()),
        ({"rotate": 90, "resize": {"width": 300, "height": 200}}, ()),
        ({"resize": {"width": 300, "height": 200}, "rotate": 180}, ()),
        ({"smartCrop": True, "png": {"palette": True}}, (differences.FACES, differences.FORMAT_OPTIONS)),
    ],
)  # fmt: skip
def test_each_difference_is_named_once(edits: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert differences.differences(RequestedImage("a.jpg", edits)) == expected


def test_an_original_is_encoded_again() -> None:
    assert differences.differences(RequestedImage("a.jpg", {})) == (differences.WITHOUT_EDITS,)
    assert differences.differences(RequestedImage("a.jpg", {}, output_format="webp")) == ()


@pytest.mark.parametrize("value", ["text", 7, [1], {"width": [1]}])
def test_values_of_any_type_are_survived(value: object) -> None:
    for name in ("resize", "jpeg", "smartCrop"):
        differences.differences(RequestedImage("a.jpg", {name: value}))
