"""Asset keys: which are valid, and which rule an invalid one breaks."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract import keys
from edge.contract.errors import BadRequest


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_a_key_or_is_rejected_with_a_reason(text: str) -> None:
    try:
        assert keys.parse_key(text) == unicodedata.normalize("NFC", text)
    except BadRequest as rejected:
        assert rejected.code == "key_invalid"
        assert rejected.message.startswith("This is not a valid image key: ")


def test_exactly_the_control_characters_of_unicode_are_rejected_as_such() -> None:
    known = {character for character in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(character) == "Cc"}
    for character in known | set(map(chr, range(0x3000))):
        try:
            keys.parse_key(f"{character}.jpg")
        except BadRequest as rejected:
            assert ("control character" in rejected.message) is (character in known)
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
def test_the_message_names_the_broken_rule(key: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        keys.parse_key(key)


def test_the_longest_key_is_valid() -> None:
    key = "/".join(["é" * 127, "b" * 251, "c.jpg"])
    assert len(key.encode()) == 512
    assert keys.parse_key(key) == key


def test_the_longest_key_is_valid_in_its_longest_decomposed_form() -> None:
    key = "/".join(["ΰ" * 126, "ΰ" * 126, "c"]) + ".jpg"  # no character decomposes into more bytes
    decomposed = unicodedata.normalize("NFD", key)
    assert len(decomposed) > 700
    assert keys.parse_key(decomposed) == key


def test_both_normal_forms_are_the_same_key() -> None:
    assert keys.parse_key(unicodedata.normalize("NFD", "café.jpg")) == "café.jpg"


def test_a_segment_of_255_bytes_is_valid() -> None:
    assert keys.parse_key(f"a/{'b' * 251}.jpg")
    with pytest.raises(BadRequest, match="a segment between slashes has more than 255 bytes"):
        keys.parse_key(f"a/{'b' * 252}.jpg")


def test_a_very_long_text_is_rejected_before_it_is_normalised() -> None:
    with pytest.raises(BadRequest, match="it has 804 characters; at most 512 bytes are allowed"):
        keys.parse_key("a" * 800 + ".jpg")
