"""Filters in a path. The vectors have every one."""

from __future__ import annotations

import pytest

from edge.sih.errors import SihError
from edge.sih.requested_image import MAX_EDITS
from edge.sih.thumbor_filters import apply_filters, without_filters


def test_filters_are_sorted_and_the_given_edits_stay() -> None:
    given = {"crop": {"left": 1}}
    found = apply_filters("/filters:rotate(90):blur(4)/a.jpg", given, "jpg", strict=True)
    assert list(found) == ["crop", "blur", "rotate"]
    assert given == {"crop": {"left": 1}}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("/filters:blur(4):rotate(90)/a.jpg", "//a.jpg"),
        ("/filters:watermark(logos,folder/logo.png,1,1,0)/a.jpg", "//a.jpg"),
        ("/filters:broken(/a.jpg", "//a.jpg"),
        ("/my-filters/a.jpg", "/my-filters/a.jpg"),
    ],
)
def test_filters_are_no_part_of_the_key(path: str, left: str) -> None:
    assert without_filters(path) == left


@pytest.mark.parametrize(
    "spelled",
    [
        "blur(x)",
        "blur(nan)",
        "blur()",
        "rgb(1,2)",
        "sharpen(1)",
        "convolution(1;2,0)",
        "convolution(1;2)",
        "rotate(1e400)",
    ],
)
def test_invalid_arguments_are_named(spelled: str) -> None:
    with pytest.raises(SihError, match=spelled.partition("(")[0]):
        apply_filters(f"/filters:{spelled}/a.jpg", {}, "jpg", strict=False)


def test_too_many_filters_are_refused_before_any_is_read() -> None:
    with pytest.raises(SihError, match=f"{MAX_EDITS + 1} filters"):
        apply_filters("/filters" + ":blur(x)" * (MAX_EDITS + 1) + "/a.jpg", {}, "jpg", strict=False)
