"""The chunks of a WebP file."""

from __future__ import annotations

import struct

from edge.image.decode import riff
from tests.edge.image.pictures import animation, noise, saved

STILL = saved(noise((40, 30), "RGBA"), "webp", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0", icc_profile=b"profile" * 20)


def names(body: bytes) -> list[bytes]:
    return [chunk.name for chunk in riff.walk(body)]


def test_all_chunks_are_walked() -> None:
    assert names(STILL) == [b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"EXIF"]
    assert names(saved(noise((40, 30)), "webp", lossless=True)) == [b"VP8L"]
    body = animation("webp", [noise((40, 30), seed=seed) for seed in range(3)])
    assert names(body) == [b"VP8X", b"ANIM", b"ANMF", b"ANMF", b"ANMF"]


def test_any_number_of_frames_is_walked() -> None:
    body = b"RIFF\0\0\0\0WEBP" + b"ANMF\0\0\0\0" * 20_000
    assert len(riff.walk(body)) == 20_000


def test_a_chunk_has_content_and_padding() -> None:
    body = b"RIFF\0\0\0\0WEBP" + struct.pack("<4sI", b"abcd", 3) + b"xyz\0" + b"VP8 \0\0\0\0"
    first, second = riff.walk(body)
    assert (body[first.start : first.end], first.whole(body)) == (b"xyz", b"abcd\3\0\0\0xyz\0")
    assert second == riff.RiffChunk(b"VP8 ", len(body), len(body))


def test_a_chunk_may_end_after_the_file() -> None:
    body = STILL[:60]
    last = riff.walk(body)[-1]
    assert last.end > len(body)
    assert not last.is_within(body)
