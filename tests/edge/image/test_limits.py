"""What the worst originals cost: memory, in a process of its own; and what is refused before a pixel is decoded."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import limits
from tests.edge.image.encoders import png_chunk
from tests.edge.image.pictures import POLICY, noise, quarters, saved
from tests.fuzz.judge import VERIFY
from tests.fuzz.sandbox import MEGABYTES, Sandbox

JPEG, PNG, AVIF = (saved(quarters(), kind) for kind in ("jpeg", "png", "avif"))
#: An interpreter with the engine and a file of 10 MB.
IDLE = 110


def tiff(entries: list[tuple[int, int, int, int]], order: str = "<") -> bytes:
    packed = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IH", 8, len(entries)) + packed + bytes(4)


def big_tiff(values: int) -> bytes:
    entry = struct.pack("<HHQQ", 273, 4, values, 8)
    return b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1) + entry + bytes(8)


def runs(pixels: int, padding: int = 0, compression: int = 1) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, pixels, -1, 1, 8, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 54) + header + bytes(padding)


def with_items(count: int) -> bytes:
    """An AVIF whose list of items is longer than it was, by so many that nothing speaks of."""
    at = AVIF.index(b"meta") - 4
    size = int.from_bytes(AVIF[at : at + 4])
    entry = struct.pack(">I4sIHH4sB", 21, b"infe", 2 << 24, 99, 0, b"Exif", 0)
    listed = struct.pack(">I4sIH", 14 + len(entry) * count, b"iinf", 0, count) + entry * count
    meta = struct.pack(">I", size + len(listed)) + AVIF[at + 4 : at + size] + listed
    return AVIF[:at] + meta + AVIF[at + size :]


IN_PIECES = {
    "jpeg, segments": ("jpeg", JPEG[:2] + b"\xff\xfe\0\2" * 5_000 + JPEG[2:]),
    "jpeg, markers that stand alone": ("jpeg", JPEG[:2] + b"\xff\xd8" * 5_000 + JPEG[2:]),
    "jpeg, fill bytes": ("jpeg", JPEG[:2] + b"\xff" * 200_000 + JPEG[2:]),
    "jpeg, junk": ("jpeg", JPEG[:20] + bytes(200_000) + JPEG[20:]),
    "jpeg, junk in parts": ("jpeg", JPEG[:20] + (bytes(90_000) + b"\xff\xfe\0\2") * 2 + JPEG[20:]),
    "png, chunks before the picture": ("png", PNG[:33] + png_chunk(b"abCd", b"") * 100_000 + PNG[33:]),
    "png, chunks after the picture": ("png", PNG[:-12] + png_chunk(b"abCd", b"") * 100_000 + PNG[-12:]),
    "png, profiles": ("png", PNG[:33] + png_chunk(b"iCCP", b"a\0\0" + zlib.compress(b"")) * 3 + PNG[33:]),
    "tiff, strips": ("tiff", tiff([(256, 4, 1, 1), (273, 4, 200_001, 8)])),
    "tiff, highest byte first": ("tiff", tiff([(282, 5, 200_001, 8)], ">")),
    "tiff, of 64 bits": ("tiff", big_tiff(200_001)),
    "bmp, pixels in runs": ("bmp", runs(25_000_001)),
    "bmp, bytes in runs": ("bmp", runs(100, 5_000_000, compression=2)),
    "avif, items": ("avif", with_items(15_000)),
}


@pytest.mark.parametrize(("kind", "body"), IN_PIECES.values(), ids=IN_PIECES)
def test_a_file_of_too_many_pieces_is_refused_unread(kind: str, body: bytes) -> None:
    with pytest.raises(SourceRefused, match="too many pieces"):
        verify(body, POLICY)


SOUND = {
    "a profile in 255 segments": ("jpeg", JPEG[:2] + b"\xff\xe2\xff\xff".ljust(65_537, b"\1") * 255 + JPEG[2:]),
    "fill bytes before a marker": ("jpeg", JPEG[:2] + b"\xff" * 99 + JPEG[2:]),
    "a chunk for every few rows": ("png", PNG[:33] + png_chunk(b"abCd", b"") * 20_000 + PNG[33:]),
    "metadata of megabytes": ("tiff", tiff([(700, 1, 5_000_000, 8), (34_377, 7, 5_000_000, 8)])),
    "a strip for each row": ("tiff", tiff([(273, 4, 65_535, 8)])),
    "a bitmap of runs": ("bmp", runs(20_000_000)),
    "a big bitmap without runs": ("bmp", runs(90_000_000, 6_000_000, compression=0)),
    "a grid of many cells": ("avif", with_items(4_000)),
}


@pytest.mark.parametrize(("kind", "body"), SOUND.values(), ids=SOUND)
def test_what_encoders_write_is_not_too_many_pieces(kind: str, body: bytes) -> None:
    limits.check(body, kind)


def test_a_long_run_of_fill_bytes_is_searched_once() -> None:
    """From each of them to the end would take hours. Pieces are counted before the picture, this run is behind."""
    whole = saved(noise((64, 64)), "jpeg", progressive=True)
    start = whole.index(b"\xff\xda")
    scan = whole[start : start + 2 + int.from_bytes(whole[start + 2 : start + 4])]
    with pytest.raises(SourceRefused, match="64 scans"):
        verify(whole[:-2] + b"\xff" * 3_000_000 + b"\xd0" + scan * 100 + whole[-2:], POLICY)


def huge_png(side: int, colour: int, channels: int) -> bytes:
    """16 bits a channel, all black, so that it is small and quickly made."""
    pack = zlib.compressobj(1)
    line = bytes(1 + 2 * channels * side)
    data = b"".join([*(pack.compress(line) for _ in range(side)), pack.flush()])
    header = struct.pack(">IIBBBBB", side, side, 16, colour, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def jpeg(side: int, mode: str = "RGB", **options: object) -> bytes:
    """A JPEG of one colour."""
    return saved(Image.new(mode, (side, side), 40), "jpeg", **options)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(cpu_seconds=60) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("body", "job", "most"),
    [
        (jpeg(7000), "w1600.avif", 512),
        (jpeg(7000), VERIFY, 512),
        (jpeg(10_000, progressive=True), VERIFY, MEGABYTES),
        (huge_png(8600, 6, 4), "w1600.webp", MEGABYTES),
    ],
    ids=["50 MP, 1600 wide", "50 MP, checked", "100 MP, progressive", "74 MP of four times 16 bits"],
)
def test_the_biggest_originals_stay_within_their_memory(
    body: bytes, job: str, most: float, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "original").write_bytes(body)
    sandbox.renew()
    outcome = sandbox.ask(tmp_path / "original", job)
    assert outcome.kind == "image"
    assert IDLE / 4 < outcome.megabytes < most


REFUSED = {
    "progressive, all its colours": jpeg(9500, progressive=True, subsampling=0),
    "progressive, four of them": jpeg(8500, "CMYK", progressive=True, subsampling=0),
    "transparent": huge_png(8700, 6, 4),
    "a GIF": saved(Image.new("L", (7100, 7100)), "gif"),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_takes_more_memory_for_each_pixel_may_have_fewer(body: bytes, sandbox: Sandbox, tmp_path: Path) -> None:
    """And is refused from its header: no pixel's memory was ever touched."""
    (tmp_path / "original").write_bytes(body)
    sandbox.renew()
    outcome = sandbox.ask(tmp_path / "original", VERIFY)
    assert (outcome.kind, outcome.detail) == ("refused", "source_too_large")
    assert outcome.megabytes < IDLE
