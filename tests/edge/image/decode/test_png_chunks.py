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
    assert png_chunks.is_complete(PNG, chunks)


def test_what_follows_iend_is_not_read() -> None:
    assert names(PNG + bytes(3_000_000)) == names(PNG)


@pytest.mark.parametrize("missing", [1, 4, 5, 12, 13, 30])
def test_a_file_that_is_cut_off_is_not_complete(missing: int) -> None:
    body = PNG[:-missing]
    assert not png_chunks.is_complete(body, png_chunks.walk(body))


USABLE = {
    "an ancillary chunk": (png_chunk(b"tIME", bytes(7)), True),
    "a wrong checksum": (png_chunk(b"tIME", bytes(7))[:-1] + b"?", False),
    "a critical chunk with a wrong checksum": (png_chunk(b"PLTE", bytes(3))[:-1] + b"?", True),
    "no name": (png_chunk(b"\0\0\0\0", b"")[:-1] + b"?", True),
    "a short gamma": (png_chunk(b"gAMA", bytes(3)), False),
    "a profile without a method": (png_chunk(b"iCCP", b"name"), False),
    "a profile with an unknown method": (png_chunk(b"iCCP", b"name\0\1"), False),
    "a transparent colour of grey": (png_chunk(b"tRNS", bytes(2)), False),
}


@pytest.mark.parametrize("name", USABLE)
def test_an_ancillary_chunk_is_usable_if_libpng_would_read_it(name: str) -> None:
    chunk, usable = USABLE[name]
    body = PNG[:33] + chunk + PNG[33:]
    assert png_chunks.is_usable(body, png_chunks.walk(body)[1]) is usable
