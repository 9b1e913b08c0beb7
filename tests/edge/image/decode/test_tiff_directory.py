"""The directory of a TIFF file."""

from __future__ import annotations

import struct

import pytest

from edge.image.decode import tiff_directory
from tests.edge.image.pictures import noise, saved

WIDTH, HEIGHT, BITS, STRIP_OFFSETS = 256, 257, 258, 273


@pytest.mark.parametrize("big", [False, True])
def test_numbers_are_read(big: bool) -> None:
    directory = tiff_directory.walk(saved(noise((40, 30)), "tiff", big_tiff=big))
    assert (directory.numbers[WIDTH], directory.numbers[HEIGHT]) == (40, 30)
    assert directory.numbers[BITS] == 8, "the first of three, elsewhere in the file"
    assert directory.is_complete


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", WIDTH, 3, 1, 40, 0)
    assert tiff_directory.walk(mark + struct.pack(order + "IH", 8, 1) + entry).numbers == {WIDTH: 40}


def test_values_beyond_the_end_make_it_incomplete() -> None:
    entries = struct.pack("<HHII", WIDTH, 4, 1, 40) + struct.pack("<HHII", STRIP_OFFSETS, 4, 9, 1_000)
    directory = tiff_directory.walk(b"II*\0" + struct.pack("<IH", 8, 2) + entries)
    assert directory.numbers[WIDTH] == 40
    assert not directory.is_complete


def test_a_tag_of_an_unknown_type_is_skipped() -> None:
    entry = struct.pack("<HHII", WIDTH, 99, 1, 40)
    directory = tiff_directory.walk(b"II*\0" + struct.pack("<IH", 8, 1) + entry)
    assert (directory.numbers, directory.is_complete) == ({}, True)


@pytest.mark.parametrize("body", [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\x09\0"])
def test_without_a_directory_there_are_no_tags(body: bytes) -> None:
    assert tiff_directory.walk(body).numbers == {}
