"""Rules that all stores share."""

from __future__ import annotations

import pytest

from edge.storage.objects.rules import checked_metadata, checked_object_key, etag_of


@pytest.mark.parametrize("object_key", ["a.jpg", "variants/a b.jpg/1.2/w300.avif", "x" * 255, "/".join("x" * 512)])
def test_an_object_key_within_the_limits_is_returned_unchanged(object_key: str) -> None:
    assert checked_object_key(object_key) == object_key


@pytest.mark.parametrize(
    "object_key", ["", "/a", "a/", "a//b", ".", "a/../b", "a\0b", "x" * 256, "/".join("x" * 513), "é" * 128]
)
def test_any_other_object_key_is_rejected(object_key: str) -> None:
    with pytest.raises(ValueError, match="object key"):
        checked_object_key(object_key)


def test_names_of_metadata_are_lower_case() -> None:
    assert checked_metadata({"Cache-Tag": "ih-1,ih-2 x"}) == {"cache-tag": "ih-1,ih-2 x"}
    assert checked_metadata(None) == {}


@pytest.mark.parametrize(("name", "value"), [("a b", "x"), ("", "x"), ("é", "x"), ("a", ""), ("a", " x"), ("a", "é")])
def test_metadata_that_a_header_cannot_carry_is_rejected(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        checked_metadata({name: value})


def test_an_etag_is_the_quoted_md5_of_the_body() -> None:
    assert etag_of(b"") == '"d41d8cd98f00b204e9800998ecf8427e"'
