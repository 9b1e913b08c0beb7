"""JPEG in TIFF files."""

from __future__ import annotations

import pytest

from edge.image import verify
from edge.image.decode import tiff_directory, tiff_jpeg
from edge.image.decode.tiff_blocks import TiffBlocks
from tests.edge.image.decode.support import refusal
from tests.edge.image.decode.tiff_files import JPEG, grey, jpeg_in_tiff, made, strips, tiles
from tests.edge.image.pictures import POLICY, corners, decoded, noise, quarters, saved


def with_scans(count: int, size: tuple[int, int] = (64, 64), mode: str = "RGB") -> bytes:
    """A progressive JPEG of ``count`` scans."""
    whole = saved(quarters(size).convert(mode), "jpeg", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * (count - whole.count(b"\xff\xda")) + whole[-2:]


def test_as_many_scans_are_read_as_of_a_jpeg_file() -> None:
    assert verify(jpeg_in_tiff(with_scans(64)), POLICY).width == 64
    assert verify(with_scans(64), POLICY).width == 64
    for body in (jpeg_in_tiff(with_scans(66)), with_scans(66)):
        assert refusal(body).code == "source_too_large"


def test_scans_are_counted_in_each_tile() -> None:
    tile, bomb = with_scans(20, mode="L"), with_scans(66, mode="L")
    body = made(grey(640, 64, JPEG) | tiles(64, 64, 10, len(tile)), tile)
    assert verify(body, POLICY).width == 640
    tags = grey(640, 64, JPEG) | tiles(64, 64, 10, len(tile))
    tags |= {324: [0] * 9 + [len(tile)], 325: [len(tile)] * 9 + [len(bomb)]}
    assert refusal(made(tags, tile + bomb)).code == "source_too_large"


def test_what_follows_the_end_of_a_stream_is_no_scan() -> None:
    stream = saved(quarters((64, 64)), "jpeg")
    assert verify(jpeg_in_tiff(stream + b"\xff\xda" * 100), POLICY).width == 64


def kept(side: int, mode: str = "L", **options: object) -> int:
    """The bytes of coefficients, which are looked for in large blocks only, of a stream of 64 × 64."""
    stream = saved(noise((64, 64), mode), "jpeg", **options)
    samples = {"L": 1, "RGB": 3}[mode]
    body = made(grey(side, side, JPEG) | strips(side, 1, len(stream)) | {277: samples}, stream)
    return tiff_jpeg.coefficient_bytes(body, TiffBlocks.read(tiff_directory.walk(body)))


def test_coefficients_are_kept_of_images_in_several_scans() -> None:
    assert kept(9_000) == 0
    assert kept(9_000, progressive=True) == 64 * 64 * 2
    assert kept(9_000, "RGB", progressive=True, subsampling=0) == 64 * 64 * 3 * 2
    assert kept(9_000, "RGB", progressive=True, subsampling=2) == 64 * 64 * 3
    assert kept(100, progressive=True) == 0, "too small to matter"


@pytest.mark.parametrize("end", [0, 2, 30, 200])
def test_a_stream_that_is_cut_off_keeps_nothing(end: int) -> None:
    stream = saved(noise((64, 64), "L"), "jpeg", progressive=True)[:end]
    body = made(grey(9_000, 9_000, JPEG) | strips(9_000, 1, len(stream)), stream)
    assert tiff_jpeg.coefficient_bytes(body, TiffBlocks.read(tiff_directory.walk(body))) in (0, 64 * 64 * 2)


def test_a_progressive_image_that_fills_memory_is_refused() -> None:
    stream = bytearray(saved(noise((64, 64)), "jpeg", progressive=True, subsampling=0))
    at = stream.index(b"\xff\xc2") + 5
    stream[at : at + 4] = (10_000).to_bytes(2) * 2
    tags: dict[int, int | list[int]] = {258: [8] * 3, 262: 6, 277: 3}
    body = made(grey(10_000, 10_000, JPEG) | strips(5_000, 2, len(stream)) | tags, bytes(stream))
    error = refusal(body)
    assert (error.code, error.message) == (
        "source_too_large",
        "The TIFF file takes 1,150 of at most 900 MB to decode. "
        "Save it in smaller strips or tiles, or make the image smaller.",
    )


@pytest.mark.parametrize(("subsampling", "factors"), [(0, [1, 1]), (2, [2, 2])])
def test_old_jpeg_compression_is_read(subsampling: int, factors: list[int]) -> None:
    stream = saved(quarters((64, 64)), "jpeg", subsampling=subsampling)
    tags = grey(64, 64, 6) | strips(64, 1, len(stream)) | {258: [8] * 3, 262: 6, 277: 3, 530: factors}
    assert corners(decoded(made(tags | {513: 0, 514: len(stream)}, stream))) == ["red", "green", "blue", "white"]
