"""The buckets that URLs name, and the keys of the images in them."""

from __future__ import annotations

from typing import Any

import pytest

from edge.sih.errors import SihError
from edge.sih.source_buckets import SourceBucket, parse_buckets

IMPOSSIBLE = ["../a.jpg", "a/../b.jpg", "/a.jpg", "a//b.jpg", ".", "a\0.jpg", "x" * 1020, "x" * 300 + "/a"]
ARCHIVE = SourceBucket("archive", location="s3://archive?region=eu-west-1")


def test_the_first_bucket_is_the_default_and_each_is_a_prefix_or_a_location() -> None:
    found = parse_buckets({"photos": "", "logos": "brand/logos/", "archive": ARCHIVE.location})
    assert list(found.values()) == [SourceBucket("photos"), SourceBucket("logos", "brand/logos/"), ARCHIVE]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "it must be an object"),
        ([], "it must be an object"),
        ({}, "it must be an object"),
        ({"UPPER": ""}, "not the name of a bucket"),
        ({"a b": ""}, "not the name of a bucket"),
        ({"photos": 1}, "must be a prefix"),
        ({"photos": "photos"}, "must end with /"),
        ({"photos": "/photos/"}, "not begin with it"),
        ({"photos": "s3://photos"}, "not the location of a store"),
    ],
)
def test_anything_else_is_refused_with_the_reason(value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_buckets(value)


def test_a_key_is_that_of_an_asset_below_the_prefix() -> None:
    assert SourceBucket("photos", "p/").image_key("e\u0301.jpg") == "p/\u00e9.jpg"


def test_a_key_in_a_bucket_is_used_as_it_is_and_is_no_assets() -> None:
    for key in ("a.jpg", "a*~.bin", "e\u0301", "a b/c"):
        assert ARCHIVE.image_key(key) == f"~archive/{key}"
        assert ARCHIVE.object_key(f"~archive/{key}") == key


@pytest.mark.parametrize("key", IMPOSSIBLE)
@pytest.mark.parametrize("bucket", [SourceBucket("photos"), SourceBucket("photos", "p/"), ARCHIVE])
def test_a_key_that_nothing_can_have_is_missing(bucket: SourceBucket, key: str) -> None:
    with pytest.raises(SihError) as raised:
        bucket.image_key(key)
    assert (raised.value.status, raised.value.code) == (404, "NoSuchKey")


def test_the_prefix_cannot_be_left() -> None:
    with pytest.raises(SihError):
        SourceBucket("photos", "p/").image_key("../originals/a.jpg")
