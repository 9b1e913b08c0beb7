"""LZMA in TIFF files."""

from __future__ import annotations

import lzma
import zlib

import pytest

from edge.image import verify
from edge.image.decode import tiff_directory
from edge.image.decode.tiff_blocks import LZMA, TiffBlocks
from edge.image.decode.tiff_lzma import dictionary_bytes
from tests.edge.image.decode.support import refusal
from tests.edge.image.decode.tiff_files import grey, made, strips
from tests.edge.image.pictures import POLICY, noise, saved

PIXELS = bytes(range(40)) * 30
LZMA2, DELTA = 0x21, {"id": lzma.FILTER_DELTA, "dist": 1}


def compressed(dictionary: int, *before: dict[str, int]) -> bytes:
    filters = [*before, {"id": lzma.FILTER_LZMA2, "dict_size": dictionary}]
    return lzma.compress(PIXELS, lzma.FORMAT_XZ, filters=filters)


def asking_for(code: int) -> bytes:
    """A stream with another size of dictionary in its header, which liblzma would take gigabytes to write."""
    stream = bytearray(compressed(1 << 20))
    end = 12 + 4 * (stream[12] + 1)
    at = stream.index(bytes((LZMA2, 1)), 12, end) + 2
    stream[at] = code
    stream[end - 4 : end] = zlib.crc32(stream[12 : end - 4]).to_bytes(4, "little")
    return bytes(stream)


def tiff_of(stream: bytes) -> bytes:
    return made(grey(40, 30, LZMA) | strips(30, 1, len(stream)), stream)


@pytest.mark.parametrize("size", [1 << 12, 3 << 11, 1 << 20, 3 << 22, 1 << 26])
@pytest.mark.parametrize("before", [(), (DELTA,)], ids=["alone", "after another filter"])
def test_the_dictionary_is_what_the_encoder_was_told(size: int, before: tuple[dict[str, int], ...]) -> None:
    assert dictionary_bytes(compressed(size, *before)) == size


def test_what_libtiff_writes_is_read() -> None:
    body = saved(noise((40, 30)), "tiff", compression="lzma")
    (start, length), *_ = TiffBlocks.read(tiff_directory.walk(body)).data
    assert dictionary_bytes(body[start : start + length]) == 1 << 23
    assert verify(body, POLICY).width == 40


@pytest.mark.parametrize("code", [31, 36, 40])
def test_a_dictionary_that_fills_the_address_space_is_refused_by_its_header(code: int) -> None:
    """In a process with limits its allocation fails, and the file would be called damaged."""
    error = refusal(tiff_of(asking_for(code)))
    assert (error.code, error.message) == (
        "source_too_large",
        "The TIFF file has more than 134,217,728 bytes of dictionary in one strip or tile. "
        "Save it again with another program.",
    )


def test_the_largest_dictionary_is_read() -> None:
    assert verify(tiff_of(asking_for(30)), POLICY).width == 40


@pytest.mark.parametrize("end", range(40))
def test_a_header_that_is_cut_off_asks_for_what_it_has(end: int) -> None:
    assert dictionary_bytes(asking_for(20)[:end]) in (0, 4096, 1 << 22)


def test_sizes_before_the_filters_are_skipped() -> None:
    header = bytes((5, 0xC0, 0x80, 0x01, 0x05, LZMA2, 1, 20)).ljust(24, b"\0")
    assert dictionary_bytes(b"\xfd7zXZ\0" + bytes(6) + header) == 1 << 22
