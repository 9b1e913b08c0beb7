"""The sequence header of an AV1 stream, as libaom writes it."""

from __future__ import annotations

import pytest

from edge.image.decode import isobmff, isobmff_items
from edge.image.decode.av1 import headers
from edge.image.decode.av1_sequence import BitReader, SequenceHeader
from tests.edge.image.decode.avif_files import stored


def sequence(name: str) -> SequenceHeader:
    file = isobmff.walk(stored(name))
    stream = isobmff_items.streams(file, b"av01")[isobmff_items.primary(file)]
    return next(header for header in headers([stream]) if isinstance(header, SequenceHeader))


@pytest.mark.parametrize(
    ("name", "half_bytes"),
    [("8-400", 2), ("8-420", 3), ("8-444", 6), ("10-400", 4), ("10-420", 6), ("10-444", 12), ("12-400", 4)],
)
def test_a_pixel_takes_bytes_by_depth_and_subsampling(name: str, half_bytes: int) -> None:
    assert sequence(name).half_bytes == half_bytes


@pytest.mark.parametrize(("name", "half_bytes"), [("8-422", 6), ("10-422", 12), ("12-420", 12), ("12-444", 12)])
def test_the_professional_profile_counts_as_full_chroma(name: str, half_bytes: int) -> None:
    assert sequence(name).half_bytes == half_bytes


def test_width_height_and_colours_are_read() -> None:
    found = sequence("10-444")
    assert (found.width, found.height, found.nclx) == (32, 24, (1, 13, 6, True))
    assert sequence("limited").nclx == (1, 13, 6, False)


def test_after_the_end_there_are_zeros() -> None:
    bits = BitReader(b"\xff")
    assert (bits.take(5), bits.take(3), bits.take(9)) == (31, 7, 0)


def test_a_number_of_variable_length_is_skipped() -> None:
    bits = BitReader(bytes((0b0010_1111,)))
    bits.skip_uvlc()
    assert bits.take(3) == 0b111
