"""Keys: which are taken, how they are spelled, and what is derived from them."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract import keys
from edge.contract.cache_tags import asset_tag
from edge.contract.errors import BadRequest
from edge.contract.original import asset_version
from edge.contract.recipe import PresetRef, Recipe
from edge.contract.url_path import decode_path, encode_path
from edge.contract.variant_key import CLASSES, VariantKey
from tests.edge.contract import strategies


@given(strategies.keys())
def test_a_key_survives_its_url(key: str) -> None:
    parsed = keys.parse_key(key)
    assert decode_path(encode_path(parsed)) == parsed
    assert parsed == unicodedata.normalize("NFC", key)


@given(strategies.keys())
def test_an_encoded_key_holds_only_what_stands_for_itself(key: str) -> None:
    assert set(encode_path(key)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/%")


@given(strategies.keys(), strategies.versions, strategies.versions, strategies.whats, st.sampled_from(CLASSES))
def test_a_variant_key_reads_back(
    key: str, version: str, rev: str, what: Recipe | PresetRef, format_class: str
) -> None:
    variant = VariantKey(keys.parse_key(key), version, rev, what.slug, format_class)
    assert VariantKey.parse(decode_path(variant.uri[1:])) == variant
    assert len(variant.object_key.encode()) <= 1024  # S3's longest key


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_a_key_or_is_refused_with_a_reason(text: str) -> None:
    try:
        assert keys.parse_key(text) == unicodedata.normalize("NFC", text)
    except BadRequest as refused:
        assert refused.code == "key_invalid"
        assert refused.message.startswith("This is not a valid image key: ")


def test_every_control_character_that_unicode_knows_is_refused_and_no_other_is_called_one() -> None:
    known = {character for character in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(character) == "Cc"}
    for character in known | set(map(chr, range(0x3000))):
        try:
            keys.parse_key(f"{character}.jpg")
        except BadRequest as refused:
            assert ("control character" in refused.message) is (character in known)
        else:
            assert character not in known


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "empty"),
        ("/a.jpg", "between slashes"),
        ("a//b.jpg", "between slashes"),
        ("../a.jpg", "between slashes"),
        ("a/./b.jpg", "between slashes"),
        ("a\0.jpg", "control character"),
        ("a\x7f.jpg", "control character"),
        ("a\\b.jpg", "backslash"),
        ("~a.jpg", "~"),
        ("a*.jpg", "wildcard"),
        ("a", "must end in one of"),
        ("a.svg", "must end in one of"),
        ("a.jpg/b.jpg", "only its last segment"),
        ("é" * 254 + ".jpg", "255 bytes"),
        ("a/" * 254 + "abc.jpg", "512"),
        ("\ud800.jpg", "UTF-8"),
        ("a.gıf", "must end in one of"),
        ("a.tİff", "must end in one of"),
        ("a.jpg\n", "control character"),
        ("a.jpg ", "must end in one of"),
        ("a\u0301" * 600 + ".jpg", "at most 512 bytes"),
        ("e" + "\u0301" * 100_000 + ".jpg", "at most 512 bytes"),
    ],
)
def test_a_refused_key_says_which_rule_it_breaks(key: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        keys.parse_key(key)


def test_the_longest_key_is_taken() -> None:
    key = "/".join(["é" * 127, "b" * 251, "c.jpg"])
    assert len(key.encode()) == 512
    assert keys.parse_key(key) == key


def test_the_longest_key_is_taken_in_its_longest_form() -> None:
    key = "/".join(["ΰ" * 126, "ΰ" * 126, "c"]) + ".jpg"  # no character is longer when it is taken apart
    apart = unicodedata.normalize("NFD", key)
    assert len(apart) > 700
    assert keys.parse_key(apart) == key


def test_both_normal_forms_are_one_key() -> None:
    assert keys.parse_key(unicodedata.normalize("NFD", "café.jpg")) == "café.jpg"


def test_a_plus_is_escaped_since_s3_reads_it_as_a_space() -> None:
    assert encode_path("a+b c.jpg") == "a%2Bb%20c.jpg"


@pytest.mark.parametrize("path", ["%", "a%2", "a%zz.jpg", "%ff.jpg", "%c3.jpg", "\udcff.jpg"])
def test_a_broken_escape_is_refused(path: str) -> None:
    with pytest.raises(BadRequest, match=r"%|UTF-8"):
        decode_path(path)


def test_a_path_longer_than_any_url_is_refused_unread() -> None:
    with pytest.raises(BadRequest, match="at most 8192"):
        decode_path("%" * 8193)


def test_a_path_is_decoded_once() -> None:
    assert decode_path("a%2541.jpg") == "a%41.jpg"


def test_a_version_changes_with_the_pixels_and_with_the_focal_point() -> None:
    versions = {asset_version("a" * 64), asset_version("b" * 64), asset_version("a" * 64, (310, 420))}
    assert len(versions) == 3
    assert all(len(version) == 8 for version in versions)


@pytest.mark.parametrize(
    "path",
    [
        "a.jpg",
        "a.jpg/x.y/w300.avif",
        "a.jpg/any.11111111/w300.exe",
        "a.jpg/any.11111111/.avif",
        "a/any.11111111/full.avif",
    ]
    + ["a.jpg/11111111.1/full.avif", "../a.jpg/any.11111111/full.avif", "a.jpg/any.11111111/FULL.avif"],
)
def test_what_is_no_variant_is_refused(path: str) -> None:
    with pytest.raises(BadRequest):
        VariantKey.parse(path)


def test_a_cache_tag_is_what_cloudfront_takes() -> None:
    tag = asset_tag("é, ü.jpg")
    assert tag.isascii()
    assert "," not in tag
    assert tag == tag.lower()
    assert tag != asset_tag("É, Ü.jpg")
