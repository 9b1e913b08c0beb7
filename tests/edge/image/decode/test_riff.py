"""The chunks of a WebP file."""

from __future__ import annotations

import struct

from edge.image.decode import riff
from tests.edge.image.pictures import animation, noise, saved

STILL = saved(noise((40, 30), "RGBA"), "webp", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0", icc_profile=b"profile" * 20)


def names(body: bytes) -> list[bytes]:
    return [chunk.name for chunk in riff.walk(body)]


def test_chunks_are_walked_up_to_the_image() -> None:
    assert names(STILL) == [b"VP8X", b"ICCP", b"ALPH", b"VP8 "]
    assert names(saved(noise((40, 30)), "webp", lossless=True)) == [b"VP8L"]


def test_an_animation_is_walked_up_to_its_first_frame() -> None:
    body = animation("webp", [noise((40, 30), seed=seed) for seed in range(9)])
    assert names(body) == [b"VP8X", b"ANIM", b"ANMF"]


def test_a_chunk_has_content_and_padding() -> None:
    body = b"RIFF\0\0\0\0WEBP" + struct.pack("<4sI", b"abcd", 3) + b"xyz\0" + b"VP8 \0\0\0\0"
    first, second = riff.walk(body)
    assert (body[first.start : first.end], first.whole(body)) == (b"xyz", b"abcd\3\0\0\0xyz\0")
    assert second == riff.RiffChunk(b"VP8 ", len(body), len(body))


def test_a_chunk_may_end_after_the_file() -> None:
    body = STILL[:60]
    assert riff.walk(body)[-1].end > len(body)
