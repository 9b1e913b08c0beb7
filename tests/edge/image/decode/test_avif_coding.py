"""What the streams of an AVIF make its decoder allocate, and what its colours mean."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import isobmff
from edge.image.decode.av1_sequence import Nclx
from edge.image.decode.avif_coding import AvifCoding
from edge.image.decode.avif_repair import repaired
from edge.image.decode.limits import LimitExceeded
from tests.edge.image.decode.avif_files import MISLEADING, holding, stored, stream
from tests.edge.image.decode.support import refusal
from tests.edge.image.pictures import POLICY, animation, noise, saved


def coding(body: bytes, frames: int = 1) -> AvifCoding:
    return AvifCoding.read(isobmff.walk(body), frames)


def plane_bytes(body: bytes, size: tuple[int, int], frames: int) -> int:
    return coding(body, frames).plane_bytes(size)


def nclx(body: bytes) -> Nclx | None:
    return coding(body).nclx


@pytest.mark.parametrize(
    ("body", "planes"),
    [
        (stored("8-420"), 1.5),
        (stored("8-444"), 3),
        (stored("10-400"), 2),
        (stored("10-420"), 3),
        (stored("12-444"), 6),
        (stored("10-alpha"), 6 + 2),
        (saved(noise((32, 24)), "avif", subsampling="4:2:0"), 1.5),
        (animation("avif", [noise((32, 24), seed=seed) for seed in range(3)], subsampling="4:2:0"), 1.5 * (1 + 2)),
        (animation("avif", [noise((32, 24), seed=seed) for seed in range(3)], subsampling="4:4:4"), 3 * (1 + 2)),
    ],
)
def test_the_size_of_its_planes_is_known_before_they_are_decoded(body: bytes, planes: float) -> None:
    """The first image of an animation is an item too; two of its frames are requested."""
    assert plane_bytes(body, (32, 24), 2) == planes * 32 * 24


def test_the_cells_of_a_grid_are_added_up() -> None:
    """And the canvas that they are put on, which may be transparent."""
    assert plane_bytes(stored("grid"), (128, 128), 1) == 128 * 128 * 3 // 2 + 128 * 128 * 3


def test_an_image_that_is_scaled_to_the_size_of_the_file_counts_twice() -> None:
    body = saved(noise((64, 48)), "avif", subsampling="4:4:4")
    assert plane_bytes(body, (64, 48), 1) == 3 * 64 * 48
    assert plane_bytes(body, (32, 24), 1) == 3 * 64 * 48 + 6 * 32 * 24


def test_a_frame_with_a_size_of_its_own_counts_as_the_largest_that_it_can_declare() -> None:
    """dav1d accepts it, although AV1 forbids frames larger than their sequence."""
    assert plane_bytes(holding(stream(0)), (64, 64), 1) == 64 * 64 * 3 // 2
    assert refusal(holding(stream(1))).code == "source_too_large"


def test_a_frame_that_is_not_shown_counts_too() -> None:
    assert plane_bytes(holding(stream(0) * 7), (64, 64), 1) == 7 * 64 * 64 * 3 // 2


def test_hidden_frames_of_an_animation_count_towards_its_limit() -> None:
    """An encoder that looks ahead writes frames that are only referred to, and a decoder decodes them too."""
    count, pixels = 30, 64 * 48
    body = animation("avif", [noise((64, 48), seed=index // 3) for index in range(count)], speed=6, duration=100)
    found = coding(body, count).frame_pixels
    assert found >= (count + 5) * pixels
    assert verify(body, replace(POLICY, max_source_pixels=found // 4)).frames == count
    with pytest.raises(LimitExceeded) as caught:
        verify(body, replace(POLICY, max_source_pixels=(found - pixels) // 4))
    assert caught.value.limit.code == "avif_frame_pixels"


@pytest.mark.parametrize("name", MISLEADING)
def test_what_is_declared_but_not_in_the_file_is_ignored(name: str) -> None:
    body = MISLEADING[name]
    assert plane_bytes(body, (64, 64), 10) == 0
    assert nclx(body) is None
    assert repaired(body, isobmff.walk(body)) == body


@pytest.mark.parametrize("name", ["8-420", "irot1-imir1"])
def test_any_byte_may_be_wrong(name: str) -> None:
    """Whatever a file contains, the answer is a number or a refusal."""
    body = stored(name)
    for position in range(0, len(body), 2):
        for value in (0, 255, body[position] ^ 0x40):
            changed = body[:position] + bytes([value]) + body[position + 1 :]
            try:
                assert plane_bytes(changed, (32, 24), 3) >= 0
                nclx(changed)
            except SourceRefused as error:
                assert error.code in ("source_damaged", "source_too_large")


def test_the_meaning_of_colours_comes_from_the_file_or_from_its_stream() -> None:
    body = stored("10-444")
    assert nclx(body) == (1, 13, 6, True)
    assert nclx(stored("limited")) == (1, 13, 6, False)
    primaries = body.replace(b"colrnclx" + struct.pack(">3H", 1, 13, 6), b"colrnclx" + struct.pack(">3H", 9, 16, 9))
    assert nclx(primaries) == (9, 16, 9, True)
    assert nclx(primaries.replace(b"colrnclx", b"freenclx")) == (1, 13, 6, True)
    found = nclx(animation("avif", [noise((32, 24), seed=seed) for seed in range(2)]))
    assert found is not None
    assert found[:2] == (1, 13)
