"""TIFF files that cost more than their size warrants, and sound ones that need as much as they may."""

from __future__ import annotations

import lzma
import subprocess
import sys
import zlib
from dataclasses import replace
from math import ceil
from pathlib import Path

import pytest
import pyvips

from edge.contract.policy import BAKED
from edge.image import verify
from edge.image.decode import tiff_directory
from edge.image.decode.limits import LimitExceeded
from edge.image.decode.tiff_blocks import LZMA
from tests.edge.image.decode.support import refusal
from tests.edge.image.decode.tiff_files import DEFLATE, PACKBITS, grey, made, strips, tiles, zeros
from tests.edge.image.pictures import POLICY, corners, decoded, noise, quarters, saved

TILE = zeros(16 * 2_000_000)
RUNS = b"\x81\0" * (16 * 2_000_000 // 128)
#: Deflate and PackBits that go on for a megabyte before a row of 64 pixels comes of it.
_ROW = zlib.compressobj(9, zlib.DEFLATED, -15)
SLOW_DEFLATE = b"\x78\1" + b"\0\0\0\xff\xff" * 180_000 + _ROW.compress(bytes(64)) + _ROW.flush()
SLOW_DEFLATE += zlib.adler32(bytes(64)).to_bytes(4)
SLOW_PACKBITS = b"\x80" * 1_000_000 + b"\xc1\0"
PLANES: dict[int, int | list[int]] = {258: [8, 8, 8], 262: 2, 277: 3, 284: 2}
VIDEO: dict[int, int | list[int]] = {258: [8, 8, 8], 262: 6, 277: 3, 530: [1, 1]}
BOMBS = {
    "one huge tile": made(grey(16, 16, DEFLATE) | tiles(40_000, 40_000, 1, 1_000), bytes(1_000)),
    "one huge tile of a BigTIFF": made(grey(16, 16, DEFLATE) | tiles(40_000, 40_000, 1, 9), bytes(9), big=True),
    "high tiles": made(grey(1600, 16, DEFLATE) | tiles(16, 2_000_000, 100, len(TILE)), TILE),
    "high tiles of runs": made(grey(1600, 16, PACKBITS) | tiles(16, 2_000_000, 100, len(RUNS)), RUNS),
    "high tiles in planes": made(grey(160, 16, DEFLATE) | tiles(16, 2_000_000, 30, len(TILE)) | PLANES, TILE),
    "data without pixels": made(grey(64, 9_000, DEFLATE) | strips(1, 9_000, len(SLOW_DEFLATE)), SLOW_DEFLATE),
    "runs without pixels": made(grey(64, 9_000, PACKBITS) | strips(1, 9_000, len(SLOW_PACKBITS)), SLOW_PACKBITS),
    "rows below the image": made(grey(64, 64, DEFLATE) | strips(8_000_000, 1, 1) | VIDEO, b"0"),
    "the whole file for each strip": made(grey(64, 9_000, DEFLATE) | {278: 1, 273: [0] * 9_000}, SLOW_DEFLATE),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_directory(name: str) -> None:
    assert refusal(BOMBS[name]).code == "source_too_large"


_COST = """
import resource, sys
from pathlib import Path
from edge.contract.errors import SourceRefused
from edge.contract.policy import load_policy
from edge.image import verify
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    verify(Path(sys.argv[1]).read_bytes(), load_policy())
except SourceRefused as error:
    print(error.code)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def cost(body: bytes, folder: Path) -> list[str]:
    """What a process that verifies the file prints: how it was refused, if it was, and the megabytes it took."""
    (folder / "original").write_bytes(body)
    command = [sys.executable, "-W", "ignore", "-c", _COST, str(folder / "original")]
    return subprocess.run(command, cwd=BAKED.parents[2], capture_output=True, check=True, text=True).stdout.split()


@pytest.mark.parametrize("name", ["one huge tile", "high tiles", "data without pixels"])
def test_a_bomb_takes_neither_time_nor_memory(name: str, tmp_path: Path) -> None:
    code, megabytes = cost(BOMBS[name], tmp_path)
    assert code == "source_too_large"
    assert int(megabytes) < 20


def test_further_strips_than_an_image_has_are_not_decoded(tmp_path: Path) -> None:
    """Each pair of them would be decoded over the first two: for minutes."""
    body = made(grey(3_000, 3_000) | strips(2_999, 50_000, 9_000_000), noise((3_000, 3_000), "L").tobytes())
    assert int(cost(body, tmp_path)[0]) < 60


def test_rows_with_a_long_way_to_the_next_are_read_at_once(tmp_path: Path) -> None:
    """In small pieces, the time would grow with the square of the way."""
    body = made(grey(16, 16) | tiles(900_000, 40, 1, 36_000_000), bytes(36_000_000))
    assert int(cost(body, tmp_path)[0]) < 200


def lzma_of(data: bytes) -> bytes:
    return lzma.compress(data, lzma.FORMAT_XZ)


@pytest.mark.parametrize(
    ("orientation", "compression", "pixel_bytes"), [(1, DEFLATE, 4 + 6), (3, DEFLATE, 4 + 4 + 6), (1, LZMA, 4 + 6 + 6)]
)
def test_memory_is_that_of_image_and_strip(orientation: int, compression: int, pixel_bytes: int) -> None:
    """And, for LZMA, of what has been decoded and may be copied from."""
    data = (lzma_of if compression == LZMA else zlib.compress)(bytes(6 * 1_200))
    tags: dict[int, int | list[int]] = {258: [16] * 3, 262: 2, 274: orientation, 277: 3}
    body = made(grey(40, 30, compression) | strips(30, 1, len(data)) | tags, data)
    least = ceil(1_200 * pixel_bytes / 9)
    assert verify(body, replace(POLICY, max_source_pixels=least)).width == 40
    with pytest.raises(LimitExceeded) as caught:
        verify(body, replace(POLICY, max_source_pixels=least - 1))
    assert caught.value.limit.code == "tiff_memory"


def test_an_empty_tile_may_be_shared() -> None:
    data = zlib.compress(bytes(512 * 512))
    assert verify(made(grey(5_000, 5_000, DEFLATE) | tiles(512, 512, 100, len(data)), data), POLICY).width == 5_000


LAYOUTS: dict[str, dict[str, object]] = {
    "strips": {},
    "tiles of a pyramid": {"tile": True, "tile_width": 512, "tile_height": 512, "pyramid": True},
    "tiles larger than the image": {"tile": True, "tile_width": 2048, "tile_height": 2048, "bigtiff": True},
    "small tiles": {"tile": True, "tile_width": 16, "tile_height": 16},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("compression", ["none", "jpeg", "deflate", "lzw", "packbits"])
def test_what_libvips_writes_is_read(compression: str, layout: str) -> None:
    picture = quarters((1200, 900))
    image = pyvips.Image.new_from_memory(picture.tobytes(), 1200, 900, 3, "uchar").copy(interpretation="srgb")
    body = image.tiffsave_buffer(compression=compression, **LAYOUTS[layout])
    assert verify(body, POLICY).width == 1_200
    assert corners(decoded(body, width=200)) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits", "zstd", "lzma"])
def test_a_scan_in_one_strip_is_read(compression: str) -> None:
    body = saved(quarters((1200, 900)), "tiff", compression=compression, strip_size=1 << 30)
    assert tiff_directory.walk(body).numbers[278] == 900
    assert corners(decoded(body, width=200)) == ["red", "green", "blue", "white"]
