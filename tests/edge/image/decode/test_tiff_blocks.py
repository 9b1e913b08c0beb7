"""The strips or tiles of a TIFF file."""

from __future__ import annotations

import pytest

from edge.contract.errors import SourceRefused
from edge.image.decode import tiff_directory
from edge.image.decode.limits import LimitExceeded
from edge.image.decode.tiff_blocks import TiffBlocks
from tests.edge.image.decode.tiff_files import DEFLATE, grey, made, strips, tiles, without_last_tile

DATA = bytes(100)


def blocks(tags: dict[int, int | list[int]], **options: bool) -> TiffBlocks:
    return TiffBlocks.read(tiff_directory.walk(made(tags, DATA, **options)))  # type: ignore[arg-type]


@pytest.mark.parametrize("big", [False, True])
def test_strips_are_no_higher_than_the_image(big: bool) -> None:
    found = blocks(grey(40, 30) | strips(1000, 1, 7), big=big)
    assert (found.size, found.count, found.bytes, found.pixels) == ((40, 30), 1, 1200, 1200)
    assert [length for _, length in found.data] == [7]
    assert blocks(grey(40, 30) | strips(8, 4, 7)).pixels == 40 * 32


def test_tiles_are_as_large_as_they_say() -> None:
    found = blocks(grey(40, 30, bits=16) | tiles(32, 64, 2, 7))
    assert (found.size, found.count, found.bytes, found.pixels) == ((32, 64), 2, 2 * 32 * 64, 64 * 64)


def test_separate_planes_have_blocks_of_one_sample() -> None:
    tags = grey(40, 30) | strips(10, 9, 7) | {277: 3}
    together, apart = blocks(tags), blocks(tags | {284: 2})
    assert (together.count, together.bytes) == (3, 3 * 400)
    assert (apart.count, apart.bytes) == (9, 400)


def test_blocks_at_the_edges_are_seen_in_part() -> None:
    assert list(blocks(grey(40, 30) | tiles(32, 16, 4, 7)).visible_sizes) == [(32, 16), (8, 16), (32, 14), (8, 14)]
    assert list(blocks(grey(40, 30) | strips(16, 4, 7) | {277: 2, 284: 2}).visible_sizes) == [(40, 16), (40, 14)] * 2


def test_rows_of_few_bits_end_with_a_whole_byte() -> None:
    assert blocks(grey(9, 2, bits=1) | strips(2, 1, 7)).bytes == 2 * 2


def test_what_is_not_said_is_what_libtiff_assumes() -> None:
    tags = grey(40, 30) | {273: [0, 0]}
    found = blocks(tags | {278: 15})
    assert [length for _, length in found.data] == [len(made(tags | {278: 15}, DATA))] * 2
    assert blocks(tags).size == (40, 30)


def test_lengths_end_with_the_file() -> None:
    tags = grey(40, 30) | strips(30, 1, 4_000_000_000)
    assert blocks(tags).data[0][1] == len(made(tags, DATA))


@pytest.mark.parametrize("size", [(0, 16), (16, 0)])
def test_tiles_without_pixels_are_damaged(size: tuple[int, int]) -> None:
    with pytest.raises(SourceRefused) as caught:
        blocks(grey(40, 30, DEFLATE) | tiles(*size, 1, 7))
    assert caught.value.message == (
        f"The TIFF file declares tiles of {size[0]} × {size[1]} pixels. Export or download it again."
    )


def test_strips_and_tiles_at_once_are_refused() -> None:
    with pytest.raises(SourceRefused) as caught:
        blocks(grey(40, 30) | strips(30, 1, 7) | tiles(16, 16, 6, 7))
    assert caught.value.code == "source_unsupported"


@pytest.mark.parametrize(
    "tags", [grey(1, 90_000_000) | strips(1, 1, 7), grey(9000, 9000) | tiles(1, 1, 1, 7)], ids=["strips", "tiles"]
)
def test_more_blocks_than_are_listed_count(tags: dict[int, int | list[int]]) -> None:
    """libtiff allocates sixteen bytes for each that the image needs."""
    with pytest.raises(LimitExceeded) as caught:
        blocks(tags)
    assert caught.value.limit.code == "tiff_values"


def test_blocks_without_data_are_sparse() -> None:
    body = made(grey(32, 16) | tiles(16, 16, 2, 7), DATA)
    found = [TiffBlocks.read(tiff_directory.walk(each)) for each in (body, without_last_tile(body))]
    assert [each.are_sparse for each in found] == [False, True]
