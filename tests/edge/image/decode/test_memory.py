"""The memory that the largest originals take, measured in a process of its own.

Files are made by the tests that read them: as values of parameters, every process that collects tests would make all.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.image.decode.registry import all_readers
from tests.edge.image.colour.test_averaging import APART, INKS
from tests.edge.image.encoders import png_chunk
from tests.edge.image.pictures import POLICY, animation, quarters, saved
from tests.fuzz.judge import VERIFY
from tests.fuzz.sandbox import MEGABYTES, Sandbox

pytestmark = pytest.mark.long

#: An interpreter with the engine and a file of 10 MB.
IDLE = 110


def huge_png(side: int, colour: int, channels: int) -> bytes:
    """16 bits a channel, all black, so that it is small and quickly made."""
    pack = zlib.compressobj(1)
    line = bytes(1 + 2 * channels * side)
    data = b"".join([*(pack.compress(line) for _ in range(side)), pack.flush()])
    header = struct.pack(">IIBBBBB", side, side, 16, colour, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def with_transparent_colour(body: bytes) -> bytes:
    """Of 16 bits a channel, which takes a second decoding."""
    return body[:33] + png_chunk(b"tRNS", bytes(5) + b"\7") + body[33:]


def bmp(side: int, bits: int, *, runs: bool = False) -> bytes:
    """One colour of a palette, in runs of 255 pixels or as they are."""
    line = b"\xff\1" * (side // 255) + bytes((side % 255, 1, 0, 0)) if runs else bytes((side * bits + 31) // 32 * 4)
    palette = bytes((0, 0, 200, 0, 0, 100, 0, 0))
    fields = struct.pack("<I2i2H6I", 40, side, side, 1, bits, int(runs), 0, 0, 0, 2, 0)
    return b"BM" + struct.pack("<3I", 0, 0, 54 + len(palette)) + fields + palette + line * side + b"\0\1" * runs


@cache
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
        (lambda: jpeg(7000), "w1600.avif", 512),
        (lambda: jpeg(7000), VERIFY, 512),
        (lambda: jpeg(10_000, progressive=True), VERIFY, MEGABYTES),
        (lambda: huge_png(8600, 6, 4), "w1600.webp", MEGABYTES),
        (lambda: with_transparent_colour(huge_png(8600, 2, 3)), "w1600.webp", MEGABYTES),
        (lambda: jpeg(10_000, progressive=True)[:-2], VERIFY, MEGABYTES),
        (lambda: jpeg(10_000, icc_profile=APART["ProPhoto"]), "w1600.webp", 700),
        (lambda: jpeg(10_000, "CMYK", icc_profile=INKS), "w1600.webp", 700),
        (
            lambda: saved(Image.new("RGB", (65_000, 1538), 40), "jpeg", icc_profile=APART["ProPhoto"]),
            "w100.webp",
            MEGABYTES,
        ),
        (lambda: bmp(10_000, 1), "w1600.webp", MEGABYTES),
        (lambda: bmp(10_000, 4), "w1600.webp", MEGABYTES),
        (lambda: bmp(5_000, 8, runs=True), "w1600.webp", MEGABYTES),
    ],
    ids=[
        "50 MP, 1600 wide",
        "50 MP, checked",
        "100 MP, progressive",
        "74 MP of four times 16 bits",
        "a colour of it",
        "no end",
        "100 MP to convert before they are averaged",
        "100 MP of inks",
        "100 MP in a wide image to convert",
        "100 MP of one bit",
        "100 MP of four bits",
        "25 MP of runs",
    ],
)
def test_the_largest_originals_stay_within_their_memory(
    body: Callable[[], bytes], job: str, most: float, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "original").write_bytes(body())
    sandbox.renew()
    outcome = sandbox.ask(tmp_path / "original", job)
    assert outcome.kind == "image"
    assert IDLE / 4 < outcome.megabytes < most


@cache
def moving(name: str, side: int, **options: object) -> bytes:
    """An animation of two frames, which are transparent."""
    return animation(name, [Image.new("RGBA", (side, side), (9, 9, grey, 99)) for grey in (40, 200)], **options)


@pytest.mark.parametrize("job", [VERIFY, "w300.webp"])
@pytest.mark.parametrize(("name", "options"), [("png", {"compress_level": 1}), ("webp", {"method": 0}), ("gif", {})])
def test_the_largest_animations_stay_within_their_memory(
    name: str, options: dict[str, Any], job: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "original").write_bytes(moving(name, 6300, **options))
    sandbox.renew()
    outcome = sandbox.ask(tmp_path / "original", job)
    assert (outcome.kind, outcome.megabytes < MEGABYTES) == ("image", True)


REFUSED: dict[str, Callable[[], bytes]] = {
    "an animation": lambda: moving("webp", 6400, lossless=True, method=0, quality=0),
    "progressive, all its colours": lambda: jpeg(9500, progressive=True, subsampling=0),
    "progressive, four of them": lambda: jpeg(8500, "CMYK", progressive=True, subsampling=0),
    "transparent": lambda: huge_png(8700, 6, 4),
    "a BMP of runs": lambda: bmp(5_100, 8, runs=True),
    "a GIF": lambda: saved(Image.new("L", (7100, 7100)), "gif"),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_needs_more_memory_for_a_pixel_may_have_fewer(
    body: Callable[[], bytes], sandbox: Sandbox, tmp_path: Path
) -> None:
    """And is refused by its header, before memory for a pixel is allocated."""
    (tmp_path / "original").write_bytes(body())
    sandbox.renew()
    outcome = sandbox.ask(tmp_path / "original", VERIFY)
    assert (outcome.kind, outcome.detail) == ("refused", "source_too_large")
    assert outcome.megabytes < IDLE


GIGABYTE = 1_000_000_000


SIDE = 3000


FOLDER = Path(__file__).parents[4]


_MEASURE = """
import resource, sys
from pathlib import Path
from edge.image import render
from edge.contract.policy import load_policy
from edge.contract.url import parse_url

small, big, query = sys.argv[1:]
for name in (small, big):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    render(Path(name).read_bytes(), parse_url("/a.jpg", query, load_policy()).recipe, "webp", policy=load_policy())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


#: Kind, mode, how it is saved, and what is asked of it: the most memory that each decoder takes.
HUNGRIEST = [
    ("png", "RGBA", {}, "w=64"),
    ("png", "RGBA", {}, "w=64&trim=9"),
    ("png", "P", {"transparency": bytes([10] * 256)}, "w=64&trim=9"),
    ("png", "I;16", {"transparency": 7}, "w=64"),
    ("jpeg", "CMYK", {"progressive": True, "subsampling": 0}, "w=64&trim=9"),
    ("tiff", "RGB", {"compression": "tiff_adobe_deflate", "strip_size": 1 << 30}, "w=64&trim=9"),
    ("tiff", "F", {"compression": "tiff_adobe_deflate"}, "w=64&trim=9"),
    ("tiff", "I", {"compression": "tiff_adobe_deflate"}, "w=64"),
    ("webp", "RGBA", {"lossless": True, "method": 0}, "w=64&trim=9"),
    ("avif", "RGBA", {"speed": 10, "subsampling": "4:4:4"}, "w=64&trim=9"),
]


DEEP = Path(__file__).with_name("files") / "3000-10-alpha.avif"  # Pillow writes eight bits a channel


@pytest.mark.parametrize(("kind", "mode", "options", "query"), HUNGRIEST)
def test_the_largest_original_is_rendered_within_a_gigabyte(
    kind: str, mode: str, options: dict[str, Any], query: str, tmp_path: Path
) -> None:
    """Measured at a fraction of the size, because memory grows with the pixels."""
    for side in (8, SIDE):
        (tmp_path / str(side)).write_bytes(saved(Image.new(mode, (side, side), 40), kind, **options))
    check_memory(kind, tmp_path / str(SIDE), query, tmp_path / "8")


def test_the_largest_avif_of_ten_bits_is_rendered_within_a_gigabyte(tmp_path: Path) -> None:
    (tmp_path / "8").write_bytes(saved(quarters((8, 8)), "avif"))
    check_memory("avif", DEEP, "w=64&trim=9", tmp_path / "8")


def most_pixels(kind: str) -> int:
    limit = next(each.pixel_limit for each in all_readers() if each.format.name == kind)
    return limit.of(POLICY.max_source_pixels)


def check_memory(kind: str, big: Path, query: str, small: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", _MEASURE, str(small), str(big), query]
    ran = subprocess.run(command, cwd=FOLDER, capture_output=True, check=True, timeout=60)
    assert int(ran.stdout) * most_pixels(kind) / SIDE**2 < GIGABYTE
