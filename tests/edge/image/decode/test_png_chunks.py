"""The chunks of a PNG file."""

from __future__ import annotations

import struct

import pytest

from edge.image.decode import png_chunks
from edge.image.decode.limits import LimitExceeded
from tests.edge.image.decode.animations import (
    GROUND,
    coloured,
)
from tests.edge.image.encoders import png_chunk
from tests.edge.image.parts import Frame, apng
from tests.edge.image.pictures import (
    POLICY,
    inspect,
    noise,
    saved,
)


def test_a_million_chunks_are_refused() -> None:
    body = apng((5, 3), [Frame(GROUND), Frame(coloured("G", "RGBA"))])
    control = body[body.index(b"fcTL") - 4 :][:38]
    with pytest.raises(LimitExceeded, match="more than 100,000 chunks"):
        inspect(body[:-12] + control * 1_000_001 + body[-12:], POLICY)


def names(body: bytes) -> list[bytes]:
    return [chunk.name for chunk in png_chunks.walk(body)]


PNG = saved(noise((9, 7)), "png")


def test_a_chunk_has_a_name_and_content() -> None:
    chunks = png_chunks.walk(PNG)
    assert names(PNG) == [b"IHDR", b"IDAT", b"IEND"]
    assert bytes(chunks[0].content(PNG))[:8] == struct.pack(">2I", 9, 7)
    assert all(chunk.is_sound(PNG) for chunk in chunks)


def test_what_follows_iend_is_not_read() -> None:
    assert names(PNG + bytes(3_000_000)) == names(PNG)


@pytest.mark.parametrize("missing", [1, 4, 5, 13, 30])
def test_a_chunk_that_is_cut_off_is_not_sound(missing: int) -> None:
    body = PNG[:-missing]
    last = png_chunks.walk(body)[-1]
    assert not last.is_within(body)
    assert not last.is_sound(body)


def test_a_chunk_with_a_wrong_checksum_is_not_sound() -> None:
    body = PNG[:-1] + b"?"
    assert [chunk.is_sound(body) for chunk in png_chunks.walk(body)] == [True, True, False]


def contents(before: bytes, after: bytes = b"", body: bytes = PNG) -> dict[bytes, bytes]:
    data = body.index(b"IDAT") - 4
    whole = body[:data] + before + body[data:-12] + after + body[-12:]
    return png_chunks.contents(whole, png_chunks.walk(whole))


def test_of_several_chunks_the_first_sound_one_counts() -> None:
    first, second, third = (png_chunk(b"gAMA", bytes((0, 0, 0, value))) for value in (1, 2, 3))
    assert contents(first[:-1] + b"?" + second + third) == {b"gAMA": b"\0\0\0\2"}


@pytest.mark.parametrize("name", [b"gAMA", b"iCCP", b"tRNS", b"acTL", b"eXIf", b"PLTE"])
def test_after_the_pixels_it_is_too_late(name: bytes) -> None:
    chunk = png_chunk(name, bytes(8 if name == b"acTL" else 4))
    assert contents(chunk).keys() == {name}
    assert contents(b"", chunk) == {}


def test_opacities_of_a_palette_follow_it() -> None:
    palette = saved(noise((9, 7)).quantize(4), "png")
    opacities = png_chunk(b"tRNS", b"\1")
    start = palette.index(b"PLTE") - 4
    before = palette[:start] + opacities + palette[start:]
    assert contents(opacities, body=palette).keys() == {b"PLTE", b"tRNS"}
    assert contents(b"", body=before).keys() == {b"PLTE"}


@pytest.mark.parametrize(
    ("name", "lengths"), [(b"gAMA", [3, 5]), (b"sRGB", [0, 2]), (b"cICP", [3, 5]), (b"cHRM", [31])]
)
def test_a_chunk_of_a_wrong_length_is_ignored(name: bytes, lengths: list[int]) -> None:
    for length in lengths:
        assert contents(png_chunk(name, bytes(length))) == {}
