"""The bytes of animated WebPs: timing, repetition, chunks."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import Image, ImageSequence

from edge.image.encode.webp import WebPWriter
from tests.edge.image.pictures import BLUE, RED, noise

SIZE = (40, 30)


def written(frames: list[tuple[Image.Image, float]], plays: int = 0, exif: bytes = b"") -> bytes:
    writer = WebPWriter(SIZE, plays, quality=75, pixels=len(frames) * SIZE[0] * SIZE[1], exif=exif)
    for frame, ms in frames:
        writer.add(frame, ms)
    return writer.finish()


def plain(colour: tuple[int, ...]) -> Image.Image:
    return Image.new("RGB", SIZE, colour)


def chunks(body: bytes) -> list[tuple[bytes, bytes]]:
    found, position = [], 12
    while position < len(body):
        name, length = struct.unpack_from("<4sI", body, position)
        found.append((name, body[position + 8 : position + 8 + length]))
        position += 8 + length + length % 2
    return found


def test_the_file_is_as_long_as_its_header_says() -> None:
    body = written([(noise(SIZE), 100), (noise(SIZE, seed=2), 100)])
    assert body[:4] == b"RIFF"
    assert struct.unpack_from("<I", body, 4) == (len(body) - 8,)
    assert [name for name, _ in chunks(body)] == [b"VP8X", b"ANIM", b"ANMF", b"ANMF"]


@pytest.mark.parametrize(("plays", "loop"), [(0, 0), (1, 1), (7, 7), (100_000, 65_535)])
def test_the_header_counts_plays(plays: int, loop: int) -> None:
    body = written([(plain(RED), 100), (plain(BLUE), 100)], plays)
    assert Image.open(BytesIO(body)).info["loop"] == loop


def test_durations_are_those_of_the_frames() -> None:
    image = Image.open(BytesIO(written([(plain(RED), 100), (plain(BLUE), 250), (plain(RED), 40)])))
    assert [frame.info["duration"] for frame in ImageSequence.Iterator(image) if frame.load()] == [100, 250, 40]


def test_exif_is_stored_without_its_jpeg_prefix() -> None:
    exif = b"II*\0\x08\0\0\0"
    with_exif, without = (written([(plain(RED), 100)], exif=each) for each in (b"Exif\0\0" + exif, b""))
    assert dict(chunks(with_exif))[b"EXIF"] == exif
    assert dict(chunks(with_exif))[b"VP8X"][0] & 0x08
    assert b"EXIF" not in dict(chunks(without))
    assert not dict(chunks(without))[b"VP8X"][0] & 0x08


def test_drawings_are_lossless_and_photographs_lossy() -> None:
    for image, name in ((plain(RED), b"VP8L"), (noise((5, 4)).resize(SIZE, Image.Resampling.BICUBIC), b"VP8 ")):
        frame = dict(chunks(written([(image, 100)])))[b"ANMF"]
        assert frame[16:20] == name
