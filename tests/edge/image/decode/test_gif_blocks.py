"""The blocks of a GIF file."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import gif_blocks
from tests.edge.image.decode.animations import (
    ALL,
    CENTRE,
    FULL,
    LAST,
    PALETTE,
    by_gif,
    drawn,
)
from tests.edge.image.decode.support import refusal
from tests.edge.image.parts import Frame, gif, indexed
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
    RED,
    WHITE,
    decoded,
    inspect,
)


@pytest.mark.parametrize(("repeats", "plays"), [(None, 1), (0, 0), (1, 2), (7, 8)])
def test_the_loop_extension_counts_repeats_after_the_first_time(repeats: int | None, plays: int) -> None:
    body = gif((5, 3), [FULL, LAST], PALETTE, repeats)
    assert decoded(body, "webp").info["loop"] == plays
    assert decoded(body, "gif").info.get("loop") == repeats


def test_frames_are_read_to_one_above_the_limit() -> None:
    body = by_gif(FULL, *[CENTRE] * 10)
    many = body[:-1] + body[body.rindex(b"!\xf9") : -1] * 300_000
    assert inspect(many, POLICY).frames == POLICY.max_frames + 1
    assert drawn(decoded(many, "png")) == ALL[0]


def test_a_frame_many_times_the_size_of_the_screen_is_refused() -> None:
    huge = Frame(Image.new("L", (3000, 2)))
    body = by_gif(FULL, huge).replace((3000).to_bytes(2, "little") + b"\2\0", b"\xb8\x0b\xb8\x0b")
    with pytest.raises(SourceRefused) as caught:
        inspect(body, POLICY)
    assert caught.value.code == "source_too_large"


CONTROL = b"\x21\xf9\x04\x08\x0a\0\0\0"


def tiny_gif(*frames: tuple[int, int], before_each: bytes = b"") -> bytes:
    """A GIF of 1 × 1 whose frames declare these sizes, and have hardly any pixels."""
    described = b"".join(
        before_each + CONTROL + b"," + struct.pack("<4HB", 0, 0, *size, 0) + b"\x02\x02\x44\x01\0" for size in frames
    )
    return b"GIF89a" + struct.pack("<2H3B", 1, 1, 0x80, 0, 0) + bytes(6) + described + b";"


def test_a_byte_between_blocks_hides_no_frame() -> None:
    assert verify(tiny_gif((1, 1), (1, 1), before_each=b"\0"), POLICY).width == 1
    assert refusal(tiny_gif((1, 1), (65535, 65535), (1, 1), before_each=b"\0")).code == "source_too_large"


def test_an_extension_that_could_be_read_in_two_ways_hides_no_frame() -> None:
    extension = b"\x21\xf9\0\x3b" + bytes(0x3B) + b"\0"
    assert refusal(tiny_gif((1, 1), (65535, 65535), before_each=extension)).code == "source_damaged"


@pytest.mark.parametrize("frames", [[(0, 0)], [(1, 1), (0, 0)], [(0, 1), (1, 0)]])
def test_frames_without_pixels_are_an_image_or_refused(frames: list[tuple[int, int]]) -> None:
    try:
        assert verify(tiny_gif(*frames), POLICY).width == 1
    except SourceRefused as error:
        assert error.code == "source_damaged"


@pytest.mark.parametrize("extension", [b"!\xfe", b"!\xff"])
def test_millions_of_data_blocks_are_refused(extension: bytes) -> None:
    many = extension + b"\x01x" * 1_000_001 + b"\0"
    assert refusal(tiny_gif((1, 1), before_each=many)).message == (
        "The GIF file has more than 1,000,000 data blocks. Save it again with another program."
    )


def test_a_frame_has_its_place_its_time_and_its_palette() -> None:
    part = Frame(indexed("12 21"), at=(2, 1), ms=70, then=2, clear=1, palette=(WHITE, BLUE, GREEN), interlaced=True)
    blocks = gif_blocks.walk(by_gif(FULL, part), 10)
    first, second = blocks.frames
    assert (blocks.screen, blocks.plays) == ((5, 3), 1)
    assert (first.region, first.ms, first.disposal, first.transparent) == ((0, 0, 5, 3), 100, 0, None)
    assert (second.region, second.ms, second.disposal, second.transparent) == ((2, 1, 4, 3), 70, 2, 1)
    assert (first.interlaced, second.interlaced) == (False, True)
    assert first.palette == bytes((*RED, *GREEN, *BLUE, *WHITE))
    assert second.palette[:9] == bytes((*WHITE, *BLUE, *GREEN))


def test_a_control_extension_applies_to_one_frame() -> None:
    body = by_gif(replace(FULL, then=2, ms=300), CENTRE)
    without = body.replace(b"!\xf9\4" + struct.pack("<BHB", 0, 10, 0) + b"\0", b"")
    assert [(frame.disposal, frame.ms) for frame in gif_blocks.walk(without, 10).frames] == [(2, 300), (0, 0)]
