"""Keys that are certainly in NFC."""

from __future__ import annotations

import sys
import unicodedata
from itertools import accumulate, chain

from hypothesis import given
from hypothesis import strategies as st

from infra.functions.nfc import LETTERS, MARKS, certainly_nfc, nfc_table

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


def test_exactly_these_characters_are_certain() -> None:
    codes = [code for code in range(0x80, 0x20000) if not 0xD800 <= code < 0xE000]
    assert {code for code in codes if certainly_nfc(chr(code))} == LETTER_CODES
    assert {code for code in codes if certainly_nfc("a" + chr(code))} == LETTER_CODES | MARK_CODES


def test_the_table_has_the_same_characters() -> None:
    runs = nfc_table()
    starts = list(accumulate(runs, initial=0))
    kinds = [{*chain(*map(range, starts[kind::3], starts[kind + 1 :: 3]))} for kind in range(3)]
    assert kinds[1] == set(range(0x80)) | LETTER_CODES | set(range(0xDC00, 0xE000))
    assert kinds[2] == MARK_CODES


@given(st.text(st.sampled_from(sorted(map(chr, LETTER_CODES | MARK_CODES)) + list("ab /+(\u0301\u0323\u093c"))))
def test_what_is_certain_is_in_nfc(text: str) -> None:
    if certainly_nfc(text):
        assert unicodedata.is_normalized("NFC", text)
