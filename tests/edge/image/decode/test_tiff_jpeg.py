"""JPEG in TIFF files."""

from __future__ import annotations

import pytest
import pyvips

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


@pytest.mark.parametrize("size", [(8, 64), (64, 63)])
def test_an_image_that_does_not_fill_its_strip_is_damaged(size: tuple[int, int]) -> None:
    """What the memory held before would be shown."""
    error = refusal(jpeg_in_tiff(saved(quarters(size), "jpeg")))
    assert (error.code, error.message) == (
        "source_damaged",
        f"A strip or tile of the TIFF file has 64 × 64 pixels, and its JPEG image {size[0]} × {size[1]}. "
        "Export or download it again.",
    )


def test_a_tile_at_the_edge_may_have_the_pixels_that_are_seen_only() -> None:
    whole, rest = (saved(quarters((width, 64)).convert("L"), "jpeg") for width in (64, 36))
    tags = grey(100, 64, JPEG) | tiles(64, 64, 2, 1) | {324: [0, len(whole)], 325: [len(whole), len(rest)]}
    assert verify(made(tags, whole + rest), POLICY).width == 100


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_stream_that_ends_early_is_damaged(share: float, progressive: bool) -> None:
    """libtiff would make up the pixels that are missing, and say nothing."""
    stream = saved(noise((64, 64)), "jpeg", progressive=progressive)
    assert refusal(jpeg_in_tiff(stream[: int(share * len(stream))])).code == "source_damaged"


@pytest.mark.parametrize("progressive", [False, True])
def test_a_stream_without_its_end_marker_is_read(progressive: bool) -> None:
    """As in a JPEG file: all of its pixels are there."""
    stream = saved(quarters((64, 64)), "jpeg", progressive=progressive)
    assert corners(decoded(jpeg_in_tiff(stream[:-2]))) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize(("missing", "is_read"), [(0, True), (2, True), (200, False)])
def test_tiles_share_the_tables_that_libtiff_writes_apart(missing: int, is_read: bool) -> None:
    pixels = noise((64, 48))
    image = pyvips.Image.new_from_memory(pixels.tobytes(), 64, 48, 3, "uchar").copy(interpretation="srgb")
    body = image.tiffsave_buffer(compression="jpeg", tile=True, tile_width=32, tile_height=48)
    directory = tiff_directory.walk(body)
    assert 347 in directory.numbers
    place = directory.fields[325].place
    length = int.from_bytes(body[place : place + 4], "little") - missing
    body = body[:place] + length.to_bytes(4, "little") + body[place + 4 :]
    if is_read:
        assert verify(body, POLICY).width == 64
    else:
        assert refusal(body).code == "source_damaged"


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
    stream = bytearray(saved(noise((64, 64), "CMYK"), "jpeg", progressive=True, subsampling=0))
    at = stream.index(b"\xff\xc2") + 5
    stream[at : at + 4] = (10_000).to_bytes(2) * 2
    tags: dict[int, int | list[int]] = {258: [8] * 4, 262: 5, 277: 4}
    body = made(grey(10_000, 10_000, JPEG) | strips(10_000, 1, len(stream)) | tags, bytes(stream))
    error = refusal(body)
    assert (error.code, error.message) == (
        "source_too_large",
        "The TIFF file takes 1,200 of at most 900 MB to decode. "
        "Save it in smaller strips or tiles, or make the image smaller.",
    )


@pytest.mark.parametrize(("subsampling", "factors"), [(0, [1, 1]), (2, [2, 2])])
def test_old_jpeg_compression_is_read(subsampling: int, factors: list[int]) -> None:
    stream = saved(quarters((64, 64)), "jpeg", subsampling=subsampling)
    tags = grey(64, 64, 6) | strips(64, 1, len(stream)) | {258: [8] * 3, 262: 6, 277: 3, 530: factors}
    assert corners(decoded(made(tags | {513: 0, 514: len(stream)}, stream))) == ["red", "green", "blue", "white"]
