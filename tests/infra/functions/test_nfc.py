"""The pattern for keys that are certainly in NFC."""

from __future__ import annotations

import re
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from edge.contract.url_path import encode_path
from infra.functions.nfc import LETTERS, MARKS, nfc_pattern

PATTERN = re.compile(nfc_pattern())
LETTER_CODES = {code for first, last in LETTERS for code in range(first, last + 1)}
MARK_CODES = {code for first, last in MARKS for code in range(first, last + 1)}


def joining() -> set[int]:
    """Characters that normalisation may join with the one before them."""
    found = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))  # Hangul vowels and final consonants
    for code in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.is_normalized("NFC", chr(code)):
            found.add(int(parts[1], 16))
    return found


def test_every_letter_and_mark_stays_as_it_is() -> None:
    assert [code for code in LETTER_CODES | MARK_CODES if not unicodedata.is_normalized("NFC", chr(code))] == []
    assert (LETTER_CODES | MARK_CODES) & joining() == set()
    assert [code for code in LETTER_CODES if unicodedata.combining(chr(code))] == []


def test_the_pattern_has_exactly_these_characters() -> None:
    codes = [code for code in range(0x80, 0x20000) if not 0xD800 <= code < 0xE000]
    assert {code for code in codes if PATTERN.match(encode_path(chr(code)))} == {*range(0x80, 0xA0)}.intersection(
        LETTER_CODES
    ) | LETTER_CODES
    assert {code for code in codes if PATTERN.match(encode_path("a" + chr(code)))} == LETTER_CODES | MARK_CODES


@given(st.text(st.sampled_from(sorted(map(chr, LETTER_CODES | MARK_CODES)) + list("ab /+(\u0301\u0323\u093c"))))
def test_what_matches_is_in_nfc(text: str) -> None:
    if PATTERN.match(encode_path(text)):
        assert unicodedata.is_normalized("NFC", text)
