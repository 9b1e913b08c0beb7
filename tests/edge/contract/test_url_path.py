"""Percent-encoding of paths."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from edge.contract import keys
from edge.contract.errors import BadRequest
from edge.contract.url_path import decode_path, encode_path
from tests.edge.contract import strategies


@given(strategies.keys())
def test_decoding_reverses_encoding(key: str) -> None:
    parsed = keys.parse_key(key)
    assert decode_path(encode_path(parsed)) == parsed
    assert parsed == unicodedata.normalize("NFC", key)


@given(strategies.keys())
def test_an_encoded_path_has_only_unreserved_characters_and_escapes(key: str) -> None:
    assert set(encode_path(key)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/%")


def test_plus_is_escaped_because_s3_reads_it_as_a_space() -> None:
    assert encode_path("a+b c.jpg") == "a%2Bb%20c.jpg"


@pytest.mark.parametrize("path", ["%", "a%2", "a%zz.jpg", "%ff.jpg", "%c3.jpg", "\udcff.jpg"])
def test_a_broken_escape_is_rejected(path: str) -> None:
    with pytest.raises(BadRequest, match=r"%|UTF-8"):
        decode_path(path)


def test_a_path_longer_than_any_url_is_rejected() -> None:
    with pytest.raises(BadRequest, match="at most 8192"):
        decode_path("%" * 8193)


def test_a_path_is_decoded_only_once() -> None:
    assert decode_path("a%2541.jpg") == "a%41.jpg"


def test_a_path_of_8192_characters_is_decoded() -> None:
    assert decode_path("a" * 8192) == "a" * 8192
    with pytest.raises(BadRequest, match="8193 characters"):
        decode_path("a" * 8193)
