"""The edit overlayWith, as an operation without and with the version of its asset."""

from __future__ import annotations

from typing import Any

import pytest

from edge.sih.draft import Draft
from edge.sih.errors import SihError
from edge.sih.overlays import overlay, overlay_keys, with_versions
from edge.sih.source_buckets import SourceBucket

OFFSETS = {"left": "-10", "top": 7}
#: Addresses of other hosts, or of none.
OTHERS: list[object] = [
    "http://logos.s3.amazonaws.com/a.png",
    "https://logos.s3.amazonaws.com.evil.org/a.png",
    "https://127.0.0.1/a.png",
    "a",
    7,
    "https://[",
]
BUCKETS = {"photos": SourceBucket("photos"), "logos": SourceBucket("logos", "brand/")}


def drafted(value: Any) -> Draft:
    draft = Draft(upright=False, strict=True, by_path=False, buckets=BUCKETS)
    draft.add("negate")
    overlay(draft, value)
    return draft


@pytest.mark.parametrize(
    ("value", "operation"),
    [
        ({"key": "a.png"}, "overlay(key=a.png,version=any,left=,top=,width=,height=,opacity=100)"),
        (
            {
                "bucket": "logos",
                "key": "a.png",
                "alpha": 30,
                "wRatio": 20,
                "hRatio": 30.9,
                "options": {"left": "-10", "top": 7},
            },
            "overlay(key=brand/a.png,version=any,left=-10,top=7,width=20,height=30,opacity=70)",
        ),
        (
            {"bucket": "logos", "key": "a.png", "alpha": 100, "wRatio": 0, "options": {"left": "50p", "top": "-5.5"}},
            "overlay(key=brand/a.png,version=any,left=50p,top=-5,width=,height=,opacity=0)",
        ),
        (
            {"key": "a.png", "options": {"left": "center", "gravity": "north"}},
            "overlay(key=a.png,version=any,left=,top=,width=,height=,opacity=100)",
        ),
        (
            {"url": "https://logos.s3.eu-west-1.amazonaws.com/a%20b.png"},
            "overlay(key=brand/a b.png,version=any,left=,top=,width=,height=,opacity=100)",
        ),
        (
            {"url": "https://logos.s3.amazonaws.com/a.png"},
            "overlay(key=brand/a.png,version=any,left=,top=,width=,height=,opacity=100)",
        ),
    ],
)
def test_an_edit_is_an_operation(value: Any, operation: str) -> None:
    assert [str(each) for each in drafted(value).operations] == ["negate(alpha=1)", operation]


def test_versions_are_added_once_they_are_known() -> None:
    operations = drafted({"bucket": "logos", "key": "a.png"}).operations
    assert overlay_keys(operations) == ["brand/a.png"]
    complete = with_versions(operations, {"brand/a.png": "0a1b2c3d"}.__getitem__)
    assert [each.overlay for each in complete] == [None, ("brand/a.png", "0a1b2c3d")]


@pytest.mark.parametrize("url", OTHERS)
def test_another_address_is_never_read(url: object) -> None:
    with pytest.raises((SihError, ValueError)):
        drafted({"url": url})


@pytest.mark.parametrize("value", [{"key": 7}, {"key": "a.png", "bucket": 7}, {"key": "a.png", "wRatio": "wide"}])
def test_an_invalid_value_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError, match=r"7|wide"):
        drafted(value)
