"""Nothing that an original says about itself is served, except its copyright if the policy says so."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from edge.contract.recipe import make_recipe
from edge.contract.variant_key import CLASSES
from edge.image import render
from tests.edge.image.metadata import CANARY, SAID, exif, stuffed
from tests.edge.image.pictures import POLICY, animation, noise, variant


def chunks(body: bytes, start: int, order: str, *, trailer: int) -> Iterator[str]:
    """The types of PNG's chunks, or of RIFF's."""
    position = start
    while position < len(body):
        first, second = body[position : position + 4], body[position + 4 : position + 8]
        size, kind = (first, second) if order == ">" else (second, first)
        yield kind.decode()
        length = struct.unpack(f"{order}I", size)[0]
        position += 8 + length + trailer + (length % 2 if order == "<" else 0)


def segments(body: bytes) -> Iterator[int]:
    position = 2
    while body[position + 1] != 0xDA:
        yield body[position + 1]
        position += 2 + struct.unpack(">H", body[position + 2 : position + 4])[0]


def carries_metadata(body: bytes, name: str) -> set[str]:
    """The parts of a file that are not needed to show it."""
    match name:
        case "jpeg":
            return {f"{kind:x}" for kind in segments(body)} - {"e0", "db", "c0", "c2", "c4", "dd"}
        case "png":
            found = set(chunks(body, 8, ">", trailer=4))
            return found - {"IHDR", "PLTE", "tRNS", "IDAT", "IEND", "sRGB"}
        case "webp":
            return set(chunks(body, 12, "<", trailer=0)) - {"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"}
        case "avif":
            return {kind.decode() for kind in (b"Exif", b"mime", b"prof", b"rICC", b"uuid") if kind in body}
        case _:
            return {"comment"} if b"!\xfe" in body else set()


SOURCES = ["jpeg", "png", "webp", "avif", "tiff", "gif"]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("format_class", CLASSES)
def test_no_metadata_goes_out(source: str, format_class: str) -> None:
    body = stuffed(source, SAID)
    assert CANARY.encode() in body
    for options in ({}, {"width": 20, "blur": 1}, {"rotate": 30, "bg": "00000000"}):
        made = render(body, make_recipe(options), format_class, policy=POLICY)
        assert CANARY.encode() not in made.body
        assert b"Erna" not in made.body
        assert carries_metadata(made.body, made.format) == set()


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "gif"])
def test_what_carries_metadata_is_recognised(name: str) -> None:
    """Else the test above could not fail."""
    assert carries_metadata(stuffed(name), name)


@pytest.mark.parametrize("source", ["gif", "webp", "png"])
@pytest.mark.parametrize("format_class", ["webp", "gif"])
def test_no_metadata_goes_out_with_animations(source: str, format_class: str) -> None:
    frames = [noise((20, 20), seed=seed) for seed in range(3)]
    extra: dict[str, Any] = {"comment": CANARY.encode()} if source == "gif" else {"exif": exif(SAID)}
    body = animation(source, frames, duration=100, **extra)
    assert CANARY.encode() in body
    made = variant(body, format_class)
    assert getattr(Image.open(BytesIO(made.body)), "n_frames", 1) == 3
    assert CANARY.encode() not in made.body
    assert carries_metadata(made.body, made.format) == set()


def test_a_compressed_text_is_no_way_round() -> None:
    """What zlib packs would hide a canary from the other tests."""
    made = variant(stuffed("png"), "png")
    assert all(CANARY.encode() not in part for part in inflated(made.body))
    assert any(CANARY.encode() in part for part in inflated(stuffed("png")))


def inflated(body: bytes) -> Iterator[bytes]:
    for start in range(len(body) - 1):
        if body[start] == 0x78:
            try:
                yield zlib.decompressobj().decompress(body[start:])
            except zlib.error:
                continue
