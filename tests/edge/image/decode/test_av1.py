"""The units of an AV1 stream."""

from __future__ import annotations

from edge.image.decode import av1
from edge.image.decode.av1_sequence import Frame, SequenceHeader
from tests.edge.image.decode.avif_files import stream


def headers(data: bytes) -> list[av1.Header]:
    return list(av1.headers([memoryview(data)]))


def test_a_sequence_and_its_frames_are_read() -> None:
    sequence, frame = headers(stream(0))
    assert isinstance(sequence, SequenceHeader)
    assert (sequence.width, sequence.height) == (64, 64)
    assert frame == Frame(64, 64, half_bytes=3)


def test_a_frame_may_have_a_size_of_its_own() -> None:
    assert headers(stream(1))[1] == Frame(1 << 16, 1 << 16, half_bytes=3)


def test_units_of_other_kinds_are_counted() -> None:
    assert headers(b"\x12\0" * 3) == [None, None, None]


def test_a_frame_without_a_sequence_is_none() -> None:
    data = stream(0)
    assert headers(data[2 + data[1] :]) == [None]


def test_a_sequence_holds_for_the_samples_after_it() -> None:
    data = memoryview(stream(0))
    split = 2 + data[1]
    assert list(av1.headers([data[:split], data[split:]])) == headers(bytes(data))


def test_a_unit_without_a_length_ends_with_the_sample() -> None:
    assert headers(b"\x10" + bytes(99)) == [None]
