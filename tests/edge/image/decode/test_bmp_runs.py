"""Run-length encoded pixels, code by code."""

from __future__ import annotations

import pytest

from edge.image.decode.bmp_runs import decode_runs

CASES = {
    "a run": (b"\4\7\0\1", 8, "7777 ...."),
    "two colours in turn": (b"\3\x12\0\1", 4, "121. ...."),
    "literal pixels, padded": (b"\0\3\1\2\3\0\1\4\0\1", 8, "1234 ...."),
    "literal halves of bytes, padded": (b"\0\3\x12\x30\1\x40\0\1", 4, "1234 ...."),
    "an end of line": (b"\2\7\0\0\1\5\0\1", 8, "77.. 5..."),
    "a move": (b"\1\7\0\2\1\1\1\5\0\1", 8, "7... ..5."),
    "a move beyond the end": (b"\1\7\0\2\1\xff\1\5\0\1", 8, "7... ...."),
    "a run that is too long for its row": (b"\x09\7\0\0\1\5\0\1", 8, "7777 5..."),
    "no end mark": (b"\4\7\0\0\4\5", 8, "7777 5555"),
    "codes after the last pixel": (b"\4\7\0\0\4\5\4\6\0\1", 8, "7777 5555"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_code(name: str) -> None:
    data, bits, wanted = CASES[name]
    pixels, skipped = decode_runs(data, (4, 2), bits)
    drawn = "".join("." if skipped and skipped[at] else str(pixels[at]) for at in range(8))
    assert f"{drawn[:4]} {drawn[4:]}" == wanted
    assert (skipped is None) is ("." not in wanted)


def test_pixels_of_three_bytes() -> None:
    pixels, skipped = decode_runs(b"\2abc\0\3defghijkl\0\0\1", (5, 1), 24)
    assert (bytes(pixels), skipped) == (b"abcabcdefghijkl", None)


@pytest.mark.parametrize("data", [b"", b"\4\7", b"\4\7\0", b"\4\7\0\0\0\4\1\2", b"\4\7\0\2\1"])
def test_data_that_is_cut_off_is_an_error(data: bytes) -> None:
    with pytest.raises(IndexError):
        decode_runs(data, (4, 2), 8)
