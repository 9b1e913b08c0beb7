"""The edit resize: every option of sharp's, or an error."""

from __future__ import annotations

from typing import Any

import pytest

from edge.contract.recipe import make_recipe
from edge.sih.draft import Draft
from edge.sih.errors import SihError
from edge.sih.resizing import resize


def resized(value: Any, *, strict: bool = True) -> Draft:
    draft = Draft(upright=False, strict=strict, by_path=False)
    resize(draft, value)
    return draft


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ({"width": 300}, "w300_up"),
        ({"width": "300", "height": None}, "w300_up"),
        ({"height": 200.4, "withoutEnlargement": True}, "h200"),
        ({"width": 300, "height": 200}, "w300_h200_fcover_gcenter_up"),
        ({"width": 300, "height": 200, "fit": "inside"}, "w300_h200_finside_up"),
        ({"width": 300, "height": 200, "fit": "fill", "kernel": "nearest"}, "w300_h200_ffill_up"),
        ({"width": 300, "height": 200, "fit": "outside"}, "w300_h200_foutside_up"),
        ({"width": 300, "height": 200, "fit": "contain"}, "w300_h200_fcontain_up_bg000000"),
        (
            {"width": 9, "height": 9, "fit": "contain", "background": {"r": 255, "g": 0, "b": 0, "alpha": 0.5}},
            "w9_h9_fcontain_up_bgff000080",
        ),
        ({"width": 9, "height": 9, "position": "right top"}, "w9_h9_fcover_gnortheast_up"),
        ({"width": 9, "height": 9, "position": 7}, "w9_h9_fcover_gsouthwest_up"),
        ({"width": 9, "height": 9, "gravity": "South"}, "w9_h9_fcover_gsouth_up"),
        ({"width": 9, "height": 9, "strategy": "entropy"}, "w9_h9_fcover_gauto_up"),
        ({"width": 9, "height": 9, "position": 17}, "w9_h9_fcover_gauto_up"),
        ({"width": 9, "height": 9, "position": "attention", "fit": "contain"}, "w9_h9_fcontain_up_bg000000"),
        ({}, "full"),
        (None, "full"),
    ],
)
def test_options_are_a_recipes(value: Any, slug: str) -> None:
    assert make_recipe(resized(value).options).slug == slug


def test_a_ratio_counts_unless_both_sides_are_given() -> None:
    assert resized({"ratio": 0.3}).ratio == 0.3
    assert resized({"ratio": 0.3, "width": 3, "height": 4}).ratio is None


@pytest.mark.parametrize(
    "value", ["300", {"width": "wide"}, {"fit": "square"}, {"position": "middle"}, {"width": True}, {"ratio": 99}]
)
def test_what_is_no_option_is_an_error(value: Any) -> None:
    with pytest.raises((ValueError, KeyError)):
        resized(value)


@pytest.mark.parametrize("side", [0, -1, 0.4])
def test_a_side_of_less_than_a_pixel_is_that_products_error(side: float) -> None:
    with pytest.raises(SihError) as raised:
        resized({"width": side})
    assert (raised.value.status, raised.value.code) == (400, "InvalidResizeException")


def test_what_is_not_supported_is_named() -> None:
    with pytest.raises(SihError, match=r"resize\.withoutReduction"):
        resized({"width": 3, "withoutReduction": True}, strict=False)
    with pytest.raises(SihError, match=r"resize\.zoom"):
        resized({"width": 3, "zoom": 2})
    assert resized({"width": 3, "zoom": 2}, strict=False).options["width"] == 3
