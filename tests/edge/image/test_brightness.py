"""One brightness: a variant's mean is that of its source, whatever its width, the kind of file and the source's size.

Fine patterns show any difference, because their mean depends on what is averaged: docs/decisions/015-gamma-resizing.md.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageStat

from tests.edge.image.encoders import png_chunk
from tests.edge.image.pictures import POLICY, animation, decoded, saved

pytestmark = pytest.mark.long

#: Below and above the 1.6 megapixels from which on values were once averaged instead of light.
SIZES = [(1000, 750), (1640, 1000)]
#: How far apart the means of a source and all its variants may be, of 255.
_NEAR = 3.0


def rows(size: tuple[int, int], *pairs: tuple[bytes, bytes]) -> Image.Image:
    """Two colours in turn in each row, another two in the next."""
    width, height = size
    lines = [(first + second) * (width // 2) for first, second in pairs]
    return Image.frombytes("RGB", size, b"".join(lines) * (height // len(pairs)))


def text(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(15)
    for y in range(4, size[1], 24):
        draw.text((4, y), "Sphinx of black quartz, judge my vow. " * 8, "black", font)
    return image


BLACK, WHITE, GREEN, RED = b"\0\0\0", b"\xff\xff\xff", b"\0\xff\0", b"\xff\0\0"
PATTERNS: dict[str, Callable[[tuple[int, int]], Image.Image]] = {
    "checkerboard": lambda size: rows(size, (BLACK, WHITE), (WHITE, BLACK)),
    "green lines": lambda size: rows(size, (GREEN, BLACK)),
    "red lines": lambda size: rows(size, (BLACK, RED)),
    "text": text,
}


@cache
def drawn(pattern: str, size: tuple[int, int]) -> Image.Image:
    return PATTERNS[pattern](size)


def one_transparent(image: Image.Image) -> Image.Image:
    clear = image.convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    return clear


def png_16_bit(image: Image.Image) -> bytes:
    """A PNG of 16 bits a sample, which Pillow cannot write."""
    width, height = image.size
    pixels = bytearray(2 * 3 * width * height)
    pixels[::2] = pixels[1::2] = image.tobytes()
    stride = 6 * width
    data = b"".join(b"\0" + pixels[at : at + stride] for at in range(0, len(pixels), stride))
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(data, 1)) + png_chunk(b"IEND", b"")


def moving(name: str, image: Image.Image, **options: object) -> bytes:
    return animation(name, [image, image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)], duration=100, **options)


def palette(image: Image.Image) -> Image.Image:
    return image.quantize(256, dither=Image.Dither.NONE)


KINDS: dict[str, Callable[[Image.Image], bytes]] = {
    "JPEG 4:4:4": lambda image: saved(image, "jpeg", quality=95, subsampling="4:4:4"),
    "JPEG 4:2:0": lambda image: saved(image, "jpeg", quality=95, subsampling="4:2:0"),
    "JPEG 4:4:4, progressive": lambda image: saved(image, "jpeg", quality=95, subsampling="4:4:4", progressive=True),
    "JPEG CMYK": lambda image: saved(image.convert("CMYK"), "jpeg", quality=95),
    "PNG": lambda image: saved(image, "png", compress_level=1),
    "PNG palette": lambda image: saved(palette(image), "png", compress_level=1),
    "PNG 16 bit": png_16_bit,
    "PNG RGBA": lambda image: saved(one_transparent(image), "png", compress_level=1),
    "WebP": lambda image: saved(image, "webp", lossless=True, quality=0, method=0),
    "WebP RGBA": lambda image: saved(one_transparent(image), "webp", lossless=True, quality=0, method=0),
    "WebP lossy": lambda image: saved(image, "webp", quality=95, method=0),
    "AVIF 4:4:4": lambda image: saved(image, "avif", quality=95, speed=10, subsampling="4:4:4"),
    "AVIF 4:2:0": lambda image: saved(image, "avif", quality=95, speed=10, subsampling="4:2:0"),
    "AVIF RGBA": lambda image: saved(one_transparent(image), "avif", quality=95, speed=10, subsampling="4:4:4"),
    "TIFF": lambda image: saved(image, "tiff", compression="tiff_lzw"),
    "GIF": lambda image: saved(palette(image), "gif"),
    "GIF, animated": lambda image: moving("gif", palette(image)),
    "WebP, animated": lambda image: moving("webp", image, lossless=True, quality=0, method=0),
}
GREY_KINDS: dict[str, Callable[[Image.Image], bytes]] = {
    "JPEG grey": lambda image: saved(image, "jpeg", quality=95),
    "PNG grey": lambda image: saved(image, "png", compress_level=1),
    "PNG grey, 16 bit": lambda image: saved(image.convert("I").point(lambda value: value * 257).convert("I;16"), "png"),
    "PNG grey with alpha": lambda image: saved(one_transparent(image).convert("LA"), "png", compress_level=1),
    "TIFF grey": lambda image: saved(image, "tiff"),
}
#: These, or their variants, store colour at half the resolution, so thin lines have other colours in the file itself.
HALF_COLOUR = ("JPEG 4:2:0", "WebP lossy", "AVIF 4:2:0", "GIF, animated", "WebP, animated")
PAIRS = [(kind, pattern) for kind in KINDS for pattern in PATTERNS if kind not in HALF_COLOUR or "lines" not in pattern]


def means_of_frames(image: Image.Image) -> Iterator[list[float]]:
    """The mean of what is visible in each frame, by channel."""
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frame = image.convert("RGBA")
        yield ImageStat.Stat(frame.convert("RGB"), frame.getchannel("A")).mean


def assert_one_brightness(source: Image.Image, body: bytes, format_class: str) -> None:
    """Every width has the mean of ``source``, and so of every other width."""
    means = [ImageStat.Stat(source.convert("RGB")).mean]
    for width in (width for width in POLICY.ladder if width < source.width):
        means += means_of_frames(decoded(body, format_class, width=width, quality=90))
    for channel in zip(*means, strict=True):
        assert max(channel) - min(channel) <= _NEAR, means


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(("kind", "pattern"), PAIRS)
def test_every_width_of_every_kind_has_the_mean_of_its_source(kind: str, pattern: str, size: tuple[int, int]) -> None:
    source = drawn(pattern, size)
    assert_one_brightness(source, KINDS[kind](source), "webp" if "animated" in kind else "png")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("pattern", ["green lines", "red lines"])
@pytest.mark.parametrize("kind", ["JPEG 4:2:0", "WebP lossy", "AVIF 4:2:0"])
def test_lines_in_half_colour_are_never_further_off_than_in_a_viewer(
    kind: str, pattern: str, size: tuple[int, int]
) -> None:
    """A decoder that reduces comes closer to what was saved: it averages before colours are clipped."""
    source = drawn(pattern, size)
    body = KINDS[kind](source)
    with Image.open(BytesIO(body)) as image:
        ends = list(zip(ImageStat.Stat(source).mean, ImageStat.Stat(image.convert("RGB")).mean, strict=True))
    for width in (width for width in POLICY.ladder if width < source.width):
        for found, wanted in zip(ImageStat.Stat(decoded(body, width=width)).mean, ends, strict=True):
            assert min(wanted) - _NEAR <= found <= max(wanted) + _NEAR, (width, wanted)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("kind", GREY_KINDS)
def test_every_width_of_a_grey_image_has_the_mean_of_its_source(kind: str, pattern: str, size: tuple[int, int]) -> None:
    source = drawn(pattern, size).convert("L")
    assert_one_brightness(source, GREY_KINDS[kind](source), "png")
