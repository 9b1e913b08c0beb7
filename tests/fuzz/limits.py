"""``python -m tests.fuzz.limits``: the cost of the largest accepted originals, each job in a new process.

Prints CPU time and peak memory. Files are created once, in var/fuzz/big.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image

from tests.edge.image.encoders import png_chunk
from tests.edge.image.pictures import animation, saved
from tests.fuzz.judge import VERIFY
from tests.fuzz.sandbox import Sandbox

FOLDER = Path("var/fuzz/big")
JOBS = (
    VERIFY,
    "w150.avif",
    "w1600.webp",
    "w4096.avif",
    "w4096.png",
    "w4096_h4096_fcover_gauto_blur100_sharpen10_trim9.webp",
)
_CPU_SECONDS = 60.0


def texture(side: int, mode: str = "RGB", levels: int = 8) -> Image.Image:
    """Soft tiled noise of a few levels, which encoders treat like a photograph."""
    tile = Image.effect_noise((1000, 1000), 60).point([value * levels // 256 * (256 // levels) for value in range(256)])
    bands = [tile.transpose(turn) for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180)]
    bands = [tile, *bands, tile.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    small = Image.merge(mode, bands[: len(mode)]) if mode in ("RGB", "RGBA", "CMYK") else tile.convert(mode)
    whole = Image.new(mode, (side, side))
    for left, top in product(range(0, side, 1000), repeat=2):
        whole.paste(small, (left, top))
    return whole


def _still(kind: str, mode: str, side: int, **options: Any) -> Callable[[], bytes]:
    return lambda: saved(texture(side, mode, options.pop("levels", 8)), kind, **options)


def _deep_png(colour: int, channels: int, side: int = 10_000, interlaced: int = 0) -> Callable[[], bytes]:
    """A 16-bit PNG, which Pillow writes only in grey: colour type ``colour``, each row filtered with Paeth."""

    def make() -> bytes:
        pack = zlib.compressobj(1)
        row = b"\4" + bytes((x * 7 % 3) * (x % 2) for x in range(2 * channels))
        data = []
        for width, height in _passes(side) if interlaced else [(side, side)]:
            line = row[:1] + row[1:] * width
            data += [pack.compress(line) for _ in range(height)]
        header = struct.pack(">IIBBBBB", side, side, 16, colour, 0, 0, interlaced)
        parts = ((b"IHDR", header), (b"IDAT", b"".join([*data, pack.flush()])), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)

    return make


def _passes(side: int) -> Iterator[tuple[int, int]]:
    """Adam7: https://www.w3.org/TR/png-3/#8Interlace"""
    for x, y, across, down in (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):
        yield -(-(side - x) // across), -(-(side - y) // down)


def _scans() -> bytes:
    """A progressive JPEG with the largest accepted number of scans."""
    whole = saved(texture(10_000, "RGB", 4), "jpeg", progressive=True, quality=20)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * min(50, (50_000_000 - len(whole)) // len(last)) + whole[-2:]


def _moving(kind: str, side: int, frames: int, mode: str = "RGB", **options: Any) -> Callable[[], bytes]:
    def make() -> bytes:
        picture = texture(1000, mode, 4).resize((side, side))
        return animation(kind, [picture.rotate(90 * turn) for turn in range(frames)], **options)

    return make


BIG: dict[str, Callable[[], bytes]] = {
    "50 MP.jpg": _still("jpeg", "RGB", 7000, quality=60),
    "100 MP.jpg": _still("jpeg", "RGB", 10_000, quality=50),
    "progressive.jpg": _still("jpeg", "RGB", 10_000, progressive=True, quality=30, levels=4),
    "progressive 444.jpg": _still("jpeg", "RGB", 8_900, progressive=True, quality=30, subsampling=0, levels=4),
    "cmyk progressive.jpg": _still("jpeg", "CMYK", 8_000, progressive=True, quality=15, subsampling=0, levels=4),
    "60 scans.jpg": _scans,
    "rgb.png": _still("png", "RGB", 10_000, compress_level=6, levels=2),
    "rgba.png": _still("png", "RGBA", 8_000, compress_level=6, levels=2),
    "palette trns.png": _still("png", "P", 8_000, compress_level=1, levels=4, transparency=bytes(range(256))),
    "grey 16.png": _deep_png(0, 1),
    "rgba 16.png": _deep_png(6, 4, 8_000),
    "rgba 16 interlaced.png": _deep_png(6, 4, 8_000, interlaced=1),
    "lossy.webp": _still("webp", "RGB", 7000, quality=50, method=0),
    "lossless rgba.webp": _still("webp", "RGBA", 7000, lossless=True, quality=0, method=0, levels=2),
    "8 bit.avif": _still("avif", "RGB", 7000, speed=10, quality=60, levels=4),
    "8 bit 444 alpha.avif": _still("avif", "RGBA", 7000, speed=10, subsampling="4:4:4", quality=40, levels=2),
    "one frame.gif": _still("gif", "L", 7_000, levels=4),
    "lzw.tif": _still("tiff", "RGB", 10_000, compression="tiff_lzw", levels=2),
    "float.tif": _still("tiff", "F", 10_000, compression="tiff_adobe_deflate", levels=4),
    "grey 16.tif": _still("tiff", "I;16", 10_000, compression="tiff_adobe_deflate", levels=4),
    "cmyk.tif": _still("tiff", "CMYK", 10_000, compression="tiff_adobe_deflate", levels=2),
    "palette.bmp": _still("bmp", "P", 7000),
    "bits.bmp": _still("bmp", "1", 10_000),
    "moving.gif": _moving("gif", 1000, 50, "L"),
    "moving.webp": _moving("webp", 1000, 48, "RGBA", quality=50, method=0),
    "moving.png": _moving("png", 1000, 40, "RGBA", compress_level=6),
    "moving.avif": _moving("avif", 1000, 50, speed=10, quality=60),
}


def main() -> None:
    """Print CPU time, peak memory and outcome of each file and job. Arguments select files by a part of their name."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Sandbox(_CPU_SECONDS) as sandbox:
        for name, make in BIG.items():
            path = FOLDER / name
            if not any(part in name for part in sys.argv[1:] or [""]):
                continue
            if not path.exists():
                path.write_bytes(make())
            for job in JOBS:
                sandbox.renew()
                outcome = sandbox.ask(path, job)
                cost = f"{outcome.seconds:6.1f} s {outcome.megabytes:6.0f} MB"
                print(f"{name:24} {job:24.24} {cost}  {outcome.kind} {outcome.detail.strip()[-60:]}", flush=True)


if __name__ == "__main__":
    main()
