"""Limits: each one is refused under its own code, and what encoders write is not."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import SourceRefused
from edge.contract.policy import Policy
from edge.image import verify
from edge.image.decode.limits import LimitExceeded, rounded_down, rounded_up
from edge.image.decode.registry import all_limits
from tests.edge.image.decode.avif_files import TRACK, box, located
from tests.edge.image.decode.support import refusal
from tests.edge.image.decode.test_tiff_lzma import asking_for, tiff_of
from tests.edge.image.decode.tiff_files import DEFLATE, PACKBITS, grey, jpeg_in_tiff, made, strips, tiles
from tests.edge.image.encoders import png_chunk
from tests.edge.image.pictures import POLICY, animation, noise, quarters, saved

DOCS = Path(__file__).parents[4] / "docs" / "limits.md"
JPEG, PNG, AVIF, GIF = (saved(quarters(), kind) for kind in ("jpeg", "png", "avif", "gif"))

#: Four bytes a pixel when decoded, and eight before.
CMYK_OF_16_BITS = grey(40, 30, DEFLATE) | {258: [16] * 4, 262: 5, 277: 4}


def tiff(entries: list[tuple[int, int, int, int]], order: str = "<") -> bytes:
    packed = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IH", 8, len(entries)) + packed + bytes(4)


def big_tiff(values: int) -> bytes:
    entry = struct.pack("<HHQQ", 273, 4, values, 8)
    return b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1) + entry + bytes(8)


def runs(pixels: int, padding: int = 0, compression: int = 1) -> bytes:
    bits = 4 if compression == 2 else 8
    header = struct.pack("<IiiHHIIiiII", 40, 1_000, -ceil(pixels / 1_000), 1, bits, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 54) + header + bytes(padding)


def with_items(count: int) -> bytes:
    """An AVIF with so many more entries in its list of items."""
    at = AVIF.index(b"meta") - 4
    size = int.from_bytes(AVIF[at : at + 4])
    entry = struct.pack(">I4sIHH4sB", 21, b"infe", 2 << 24, 99, 0, b"Exif", 0)
    listed = struct.pack(">I4sIH", 14 + len(entry) * count, b"iinf", 0, count) + entry * count
    meta = struct.pack(">I", size + len(listed)) + AVIF[at + 4 : at + size] + listed
    return AVIF[:at] + meta + AVIF[at + size :]


@dataclass(frozen=True)
class Case:
    """A file that is above a limit, by the policy with another ``max_source_pixels``."""

    code: str
    body: bytes
    pixels: int = POLICY.max_source_pixels

    @property
    def policy(self) -> Policy:
        return replace(POLICY, max_source_pixels=self.pixels)


def above(name: str, mode: str = "RGB", **options: object) -> bytes:
    """An image of 1,200 pixels."""
    return saved(noise((40, 30), mode), name, **options)


def misleading_avif() -> bytes:
    """An AVIF that declares 8 × 8 pixels and codes 640 × 480."""
    body = saved(noise((640, 480)), "avif", subsampling="4:4:4", speed=10)
    return body.replace(struct.pack(">4s3I", b"ispe", 0, 640, 480), struct.pack(">4s3I", b"ispe", 0, 8, 8))


def with_scans(count: int) -> bytes:
    whole = saved(quarters((64, 64)), "jpeg", progressive=True)
    return whole[:-2] + whole[whole.rindex(b"\xff\xda") : -2] * count + whole[-2:]


def gif_claiming(screen: tuple[int, int], *frames: tuple[int, int, int, int]) -> bytes:
    """A GIF whose frames, ``left top width height``, hold no more than the first pixel each."""
    described = b"".join(b"," + struct.pack("<4HB", *frame, 0) + b"\x02\x02\x4c\x01\x00" for frame in frames)
    return b"GIF89a" + struct.pack("<2H3B", *screen, 0x80, 0, 0) + bytes(6) + described + b";"


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def grey_frames(count: int) -> bytes:
    """An animation of 32 × 24 pixels, one byte each."""
    return animation("avif", [noise((32, 24), "L", seed) for seed in range(count)], speed=10)


def with_table(*tables: bytes) -> bytes:
    """An AVIF with a further track of no codec."""
    return AVIF + box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", *tables)))))


FRAMES = [noise((40, 30), seed=seed) for seed in range(2)]
CASES = {
    "bytes of a file": Case("file_bytes", b"\xff\xd8\xff" + bytes(POLICY.max_source_bytes)),
    "pixels": Case("pixels", above("png"), 1_199),
    "a long side": Case("side", png_claiming(1_000_001, 1)),
    "a high side": Case("side", made(grey(1, 1_000_001) | strips(1_000_001, 1, 1), b"")),
    "pixels with transparency": Case("transparent_pixels", above("png", "RGBA"), 1_599),
    "pixels with a transparent colour": Case("transparent_pixels", above("png", transparency=(1, 2, 3)), 1_599),
    **{
        f"pixels of an animation, {name}": Case("animation_pixels", animation(name, FRAMES), 2_999)
        for name in ("gif", "png", "webp", "avif")
    },
    "pixels of a GIF": Case("gif_pixels", above("gif"), 2_399),
    "pixels of a WebP": Case("webp_pixels", above("webp"), 2_399),
    "pixels of an AVIF": Case("avif_pixels", above("avif"), 2_399),
    "segments": Case("jpeg_segments", JPEG[:2] + b"\xff\xfe\0\2" * 5_000 + JPEG[2:]),
    "markers without a length": Case("jpeg_segments", JPEG[:2] + b"\xff\xd8" * 5_000 + JPEG[2:]),
    "fill bytes": Case("jpeg_junk", JPEG[:2] + b"\xff" * 200_000 + JPEG[2:]),
    "junk": Case("jpeg_junk", JPEG[:20] + bytes(200_000) + JPEG[20:]),
    "junk in several places": Case("jpeg_junk", JPEG[:20] + (bytes(90_000) + b"\xff\xfe\0\2") * 2 + JPEG[20:]),
    "scans": Case("jpeg_scans", with_scans(300)),
    "coefficients": Case("jpeg_progressive_bytes", above("jpeg", progressive=True, subsampling=0), 1_499),
    "coefficients of CMYK": Case(
        "jpeg_progressive_bytes", above("jpeg", "CMYK", progressive=True, subsampling=0), 1_799
    ),
    "chunks before the pixels": Case("png_chunks", PNG[:33] + png_chunk(b"abCd", b"") * 100_000 + PNG[33:]),
    "chunks after the pixels": Case("png_chunks", PNG[:-12] + png_chunk(b"abCd", b"") * 100_000 + PNG[-12:]),
    "chunks of a WebP": Case("webp_chunks", b"RIFF\0\0\0\0WEBP" + b"abcd\0\0\0\0" * 10_001),
    "data blocks": Case("gif_blocks", GIF[:-1] + b"!\xfe" + b"\1x" * 1_000_001 + b"\0" + GIF[-1:]),
    "pixels of a frame": Case("gif_frame_pixels", gif_claiming((9, 9), (0, 0, 9, 9), (0, 0, 300, 300))),
    "strips": Case("tiff_values", tiff([(256, 4, 1, 1), (273, 4, 200_001, 8)])),
    "values, big-endian": Case("tiff_values", tiff([(282, 5, 200_001, 8)], ">")),
    "values of a BigTIFF": Case("tiff_values", big_tiff(200_001)),
    "tags": Case("tiff_tags", b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 65_536)),
    "strips that are not listed": Case("tiff_values", made(grey(1, 900_000) | strips(1, 1, 1), b"")),
    "bytes as lengths of strips": Case("tiff_values", tiff([(256, 4, 1, 1), (279, 1, 200_001, 8)])),
    "pixels of one tile": Case("tiff_block_pixels", made(grey(16, 16, DEFLATE) | tiles(14_200, 14_200, 1, 1), b"")),
    "pixels of tiles": Case("tiff_block_pixels", made(grey(160, 16, PACKBITS) | tiles(16, 2_000_000, 10, 1), b"")),
    "memory for a strip": Case("tiff_memory", made(CMYK_OF_16_BITS | strips(30, 1, 1), b""), 1_599),
    "memory for turning": Case("tiff_memory", made(CMYK_OF_16_BITS | strips(6, 5, 1) | {274: 6}, b""), 1_200),
    "shared data": Case("tiff_data_bytes", made(grey(40, 30, DEFLATE) | strips(1, 30, 2_000_000), bytes(2_000_000))),
    "a dictionary": Case("tiff_lzma_dictionary", tiff_of(asking_for(40))),
    "scans in a strip": Case("tiff_jpeg_scans", jpeg_in_tiff(with_scans(300))),
    "pixels in runs": Case("bmp_rle_pixels", runs(25_000_001)),
    "bytes in runs": Case("bmp_rle_bytes", runs(100, 5_000_000, compression=2)),
    "boxes": Case("avif_parts", AVIF + struct.pack(">I4s", 8, b"free") * 20_000),
    "tracks": Case("avif_tracks", AVIF + box(b"moov", TRACK * 17)),
    "items": Case("avif_list_bytes", with_items(15_000)),
    "samples": Case("avif_parts", with_table(box(b"stsz", bytes(4), struct.pack(">II", 1, 20_001)))),
    "a table of samples": Case("avif_list_bytes", with_table(box(b"stsc", bytes(300_001)))),
    "copied bytes": Case("avif_copied_bytes", located(*[(0, 1 << 31)] * 120) + bytes(1 << 20)),
    "frames": Case("avif_frame_pixels", grey_frames(11), 2 * 32 * 24 * 10 // 8),
    "coded pixels": Case("avif_plane_bytes", misleading_avif(), 640 * 480 // 2),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_above_a_limit_is_refused_under_its_code(name: str) -> None:
    case = CASES[name]
    with pytest.raises(LimitExceeded) as caught:
        verify(case.body, case.policy)
    assert caught.value.limit.code == case.code
    assert (caught.value.status, caught.value.code) == (415, "source_too_large")
    assert caught.value.message.endswith(".")


def test_every_limit_has_a_case() -> None:
    assert {case.code for case in CASES.values()} == {limit.code for limit in all_limits()}


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("pixels", 1_200),
        ("pixels with transparency", 1_600),
        ("pixels of an animation, png", 3_000),
        ("pixels of an animation, webp", 3_000),
        ("pixels of a GIF", 2_400),
        ("pixels of a WebP", 2_400),
        ("pixels of an AVIF", 2_400),
        ("coefficients", 1_500),
        ("coefficients of CMYK", 1_800),
    ],
)
def test_the_limit_itself_is_accepted(name: str, pixels: int) -> None:
    assert verify(CASES[name].body, replace(POLICY, max_source_pixels=pixels)).width == 40


SOUND = {
    "a profile in 255 segments": JPEG[:2] + b"\xff\xe2\xff\xff".ljust(65_537, b"\1") * 255 + JPEG[2:],
    "fill bytes before a marker": JPEG[:2] + b"\xff" * 99 + JPEG[2:],
    "a chunk for every few rows": PNG[:33] + png_chunk(b"abCd", b"") * 20_000 + PNG[33:],
    "metadata of megabytes": tiff([(700, 1, 5_000_000, 8), (34_377, 7, 5_000_000, 8)]),
    "a strip for each row": tiff([(273, 4, 65_535, 8)]),
    "a bitmap of runs": runs(20_000_000),
    "a big bitmap without runs": runs(90_000_000, 6_000_000, compression=0),
    "a grid of many cells": with_items(4_000),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_encoders_write_is_below_every_limit(name: str) -> None:
    """Some of these files are damaged otherwise: what matters is that no limit refuses them."""
    try:
        verify(SOUND[name], POLICY)
    except SourceRefused as error:
        assert error.code == "source_damaged"


BOMBS = {
    "png": png_claiming(65536, 65536),
    "gif screen": gif_claiming((65535, 65535), (0, 0, 1, 1)),
    "gif frame": gif_claiming((1, 1), (0, 1066, 65535, 65535)),
    "gif later frame": gif_claiming((1, 1), (0, 0, 1, 1), (0, 1066, 65535, 65535)),
    "webp extended": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\0" * 2,
    "webp lossless": b"RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2f\xff\xff\xff\x0f\0",
    "webp lossy": b"RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f",
    "bmp": saved(noise((1, 1)), "bmp").replace(struct.pack("<2I", 1, 1), struct.pack("<2I", 65536, 65536)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header(name: str) -> None:
    assert refusal(BOMBS[name]).code == "source_too_large"


def test_a_bomb_of_44_bytes_is_refused() -> None:
    body = BOMBS["gif frame"]
    assert len(body) <= 44
    assert refusal(body).message == (
        "The image has 65535 × 66601 pixels (4,364.7 megapixels); the limit for GIF is 50 megapixels. "
        "Make the image smaller."
    )


def test_the_message_says_how_large_the_image_is() -> None:
    assert refusal(BOMBS["png"]).message == (
        "The image has 65536 × 65536 pixels (4,295 megapixels); the limit is 100 megapixels. Make the image smaller."
    )


def test_a_file_with_too_many_bytes_is_refused() -> None:
    error = refusal(CASES["bytes of a file"].body)
    assert error.message == "The file has 50.1 MB; the limit is 50 MB. Make the image smaller."


@given(pixels=st.integers(1, 10**10), above=st.integers(1, 10**10))
def test_a_message_never_shows_a_number_that_is_not_above_its_limit(pixels: int, above: int) -> None:
    shown = rounded_up((pixels + above) / 1e6), rounded_down(pixels / 1e6)
    found, limit = (float(text.replace(",", "")) for text in shown)
    assert found > limit


def test_the_docs_list_every_limit_with_its_value() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", DOCS.read_text(), re.MULTILINE)
    assert rows == [(limit.code, str(limit)) for limit in all_limits()]
