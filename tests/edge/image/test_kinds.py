"""Each kind of picture that is taken, read to its pixels."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from edge.errors import SourceRefused
from tests.edge.image.encoders import (
    COLOURS,
    HEIGHT,
    WIDTH,
    bmp,
    jpeg_segment,
    packed,
    pixels,
    png,
    png_chunk,
    quarter,
    tiff,
)
from tests.edge.image.pictures import POLICY, RED, animation, cooked, corners, inspect, near, pixel, quarters, saved

SIZE = (WIDTH, HEIGHT)
PICTURE = quarters(SIZE)
UPRIGHT = ["red", "green", "blue", "white"]
FILES = Path(__file__).with_name("files")
PLACES = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]


def four(body: bytes, mode: str = "RGBA") -> list[tuple[int, ...]]:
    """What is read of the four quarters."""
    image = cooked(body)
    assert image.size == SIZE
    return [pixel(image, *place, mode) for place in PLACES]


def colour(x: int, y: int) -> tuple[int, ...]:
    return COLOURS[quarter(x, y)]


# JPEG

JPEGS = {
    **{
        f"{chroma} {'progressive' if progressive else 'baseline'}": saved(
            PICTURE, "jpeg", quality=95, subsampling=chroma, progressive=progressive
        )
        for chroma in ("4:4:4", "4:2:2", "4:2:0", "4:1:1")
        for progressive in (False, True)
    },
    "without a change of colours": saved(PICTURE, "jpeg", quality=95, keep_rgb=True),
    "CMYK, inverted as by Adobe": saved(PICTURE.convert("CMYK"), "jpeg", quality=95),
    **{name: (FILES / f"{name}.jpg").read_bytes() for name in ("arithmetic", "arithmetic-progressive", "restart")},
}


@pytest.mark.parametrize("name", JPEGS)
def test_jpeg(name: str) -> None:
    assert corners(cooked(JPEGS[name])) == UPRIGHT


def test_a_grey_jpeg_stays_grey() -> None:
    assert cooked(saved(PICTURE.convert("L"), "jpeg")).mode == "L"


def test_a_ycck_jpeg() -> None:
    """Written as if its four channels were ink, then marked as what they are."""
    luma_chroma = Image.merge("RGB", [band.point(lambda value: 255 - value) for band in PICTURE.split()]).convert(
        "YCbCr"
    )
    planes = [band.point(lambda value: 255 - value) for band in luma_chroma.split()]
    body = saved(Image.merge("CMYK", [*planes, Image.new("L", SIZE)]), "jpeg", quality=95, subsampling=0)
    at = body.index(b"Adobe") + 11
    assert body[at] == 0
    assert corners(cooked(body[:at] + b"\2" + body[at + 1 :])) == UPRIGHT


def test_a_cmyk_jpeg_that_does_not_name_adobe_is_read_like_one_that_does() -> None:
    """As browsers do."""
    body = saved(PICTURE.convert("CMYK"), "jpeg", quality=95)
    start = body.index(b"\xff\xee")
    assert corners(cooked(body[:start] + body[start + 16 :])) == UPRIGHT


def test_a_phones_jpeg_of_many_pictures_is_its_first() -> None:
    body = animation("mpo", [PICTURE, Image.new("RGB", SIZE)])
    assert inspect(body, POLICY).frames == 1
    assert corners(cooked(body)) == UPRIGHT


# PNG


def tone(bits: int, x: int, y: int) -> int:
    """A grey that every depth has, apart from that of one bit."""
    return ((1 << bits) - 1) * (0, 1, 2, 3)[quarter(x, y)] // 3


GREYS = [(level,) * 3 + (255,) for level in (0, 85, 170, 255)]


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_a_grey_png(bits: int, interlaced: bool) -> None:
    body = png(0, bits, lambda x, y: [tone(bits, x, y)], interlaced=interlaced)
    assert cooked(body).mode == "L"
    assert four(body) == GREYS


@pytest.mark.parametrize("interlaced", [False, True])
def test_a_png_of_one_bit(interlaced: bool) -> None:
    body = png(0, 1, lambda x, y: [quarter(x, y) & 1], interlaced=interlaced)
    assert [at[0] for at in four(body)] == [0, 255, 0, 255]


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_a_grey_png_with_a_transparent_grey(bits: int, interlaced: bool) -> None:
    key = png_chunk(b"tRNS", struct.pack(">H", ((1 << bits) - 1) // 3))
    body = png(0, bits, lambda x, y: [tone(bits, x, y)], key, interlaced=interlaced)
    assert [at[3] for at in four(body)] == [255, 0, 255, 255]


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("alpha", [False, True])
def test_a_png_of_grey_or_colours_with_and_without_alpha(bits: int, alpha: bool, interlaced: bool) -> None:
    """257 times a value of 8 bits is the same in 16."""
    unit = 257 if bits == 16 else 1
    clear = [51 * unit] if alpha else []
    body = png(6 if alpha else 2, bits, lambda x, y: [*(v * unit for v in colour(x, y)), *clear], interlaced=interlaced)
    assert four(body) == [(*at, 51 if alpha else 255) for at in COLOURS]
    grey = png(4 if alpha else 0, bits, lambda x, y: [tone(bits, x, y), *clear], interlaced=interlaced)
    assert four(grey) == [(*at[:3], 51 if alpha else 255) for at in GREYS]


@pytest.mark.parametrize("bits", [8, 16])
def test_a_png_of_colours_with_a_transparent_colour(bits: int) -> None:
    unit = 257 if bits == 16 else 1
    key = png_chunk(b"tRNS", struct.pack(">3H", *(value * unit for value in RED)))
    body = png(2, bits, lambda x, y: [value * unit for value in colour(x, y)], key)
    assert [at[3] for at in four(body)] == [0, 255, 255, 255]


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("clear", [b"", b"\x33"])
def test_a_png_with_a_palette(bits: int, clear: bytes, interlaced: bool) -> None:
    body = png(
        3,
        bits,
        lambda x, y: [quarter(x, y) % (1 << bits)],
        *([png_chunk(b"tRNS", clear)] if clear else []),
        interlaced=interlaced,
    )
    wanted = [(*at, 255) for at in (COLOURS if bits > 1 else COLOURS[:2] * 2)]
    assert four(body) == [(*at[:3], 51) if clear and at[:3] == RED else at for at in wanted]


def test_of_a_transparent_colour_of_16_bits_the_higher_eight_are_compared() -> None:
    """Pillow keeps no more. Who wants it exact has transparency of its own in a PNG of 16 bits."""
    key = png_chunk(b"tRNS", struct.pack(">3H", *(value << 8 for value in RED)))
    body = png(2, 16, lambda x, y: [value << 8 | 1 for value in colour(x, y)], key)
    assert [at[3] for at in four(body)] == [0, 255, 255, 255]


def spoilt(chunk: bytes) -> bytes:
    """With a wrong sum."""
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


BROKEN = {
    **{f"{name.decode()}'s sum": spoilt(png_chunk(name, b"a\0\0b")) for name in (b"iCCP", b"eXIf", b"tEXt", b"gAMA")},
    "a profile without a name": png_chunk(b"iCCP", b"profile"),
    "an empty profile": png_chunk(b"iCCP", b""),
    "a profile packed in another way": png_chunk(b"iCCP", b"name\0\5" + zlib.compress(b"profile")),
    "a text packed in another way": png_chunk(b"zTXt", b"Comment\0\5" + zlib.compress(b"text")),
    **{f"{name.decode()} cut short": png_chunk(name, b"") for name in (b"gAMA", b"cHRM", b"sRGB", b"pHYs")},
    "a transparent colour cut short": png_chunk(b"tRNS", b"\0"),
    **{f"{name.decode()} of no animation": png_chunk(name, b"ab") for name in (b"fcTL", b"fdAT")},
}


@pytest.mark.parametrize("name", BROKEN)
def test_damage_to_what_is_said_of_a_png_does_not_take_its_pixels(name: str) -> None:
    """As in libpng, and so in browsers."""
    whole = png(2, 8, colour)
    for body in (png(2, 8, colour, BROKEN[name]), whole[:-12] + BROKEN[name] + whole[-12:]):
        assert inspect(body, POLICY).format == "png"
        assert four(body) == [(*at[:3], 255) for at in COLOURS]


def test_more_transparency_than_colours_is_none() -> None:
    body = png(3, 8, lambda x, y: [quarter(x, y)], png_chunk(b"tRNS", bytes(257)))
    assert four(body) == [(*at[:3], 255) for at in COLOURS]


def test_damage_to_what_a_png_cannot_be_read_without_is_damage() -> None:
    body = png(3, 8, lambda x, y: [quarter(x, y)])
    start = body.index(b"PLTE") - 4
    with pytest.raises(SourceRefused, match="damaged"):
        cooked(body[:start] + spoilt(body[start : start + 24]) + body[start + 24 :])


TEXTS = {
    "zTXt": b"Comment\0\0" + zlib.compress(b"x" * 3_000_000),
    "iTXt": b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"x" * 3_000_000),
    "tEXt": b"Comment\0" + b"x" * 3_000_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_png_with_megabytes_of_text_is_sound(name: str) -> None:
    text = png_chunk(name.encode(), TEXTS[name])
    assert corners(cooked(png(2, 8, colour, text))) == UPRIGHT
    whole = png(2, 8, colour)
    assert corners(cooked(whole[:-12] + text + whole[-12:])) == UPRIGHT


# TIFF


@pytest.mark.parametrize(
    "compression",
    ["raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits", "jpeg", "zstd", "lzma"],
)
def test_a_tiff_of_each_compression(compression: str) -> None:
    assert corners(cooked(saved(PICTURE, "tiff", compression=compression))) == UPRIGHT


@pytest.mark.parametrize(("mode", "compression"), [("1", "group4"), ("1", "raw"), ("P", "raw"), ("L", "tiff_lzw")])
def test_a_tiff_of_few_colours(mode: str, compression: str) -> None:
    levels = Image.merge("RGB", [PICTURE.getchannel(1).point(lambda value: 255 if value > 100 else 0)] * 3)
    assert [at[0] for at in four(saved(levels.convert(mode), "tiff", compression=compression))] == [0, 255, 0, 255]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("alpha", [False, True])
def test_a_tiff_of_16_bits(order: str, alpha: bool) -> None:
    data = pixels(lambda x, y: [*(v * 257 for v in colour(x, y)), *([51 * 257] if alpha else [])], order + "H")
    extra: dict[str, int | list[int]] = {"t338": 2} if alpha else {}
    channels = 4 if alpha else 3
    body = tiff([data], order, t258=[16] * channels, t262=2, t277=channels, **extra)
    assert four(body) == [(*at, 51 if alpha else 255) for at in COLOURS]
    grey = tiff([pixels(lambda x, y: [tone(16, x, y)], order + "H")], order, t258=16, t262=1)
    assert four(grey) == GREYS
    ink = pixels(lambda x, y: [*(65535 - v * 257 for v in colour(x, y)), 0], order + "H")
    assert corners(cooked(tiff([ink], order, t258=[16] * 4, t262=5, t277=4))) == UPRIGHT


def test_a_tiff_with_premultiplied_transparency() -> None:
    data = pixels(lambda x, y: [*(v // 5 for v in colour(x, y)), 51], "B")
    found = four(tiff([data], t258=[8] * 4, t262=2, t277=4, t338=1))
    assert all(near(at, (*wanted, 51)) for at, wanted in zip(found, COLOURS, strict=True))


@pytest.mark.parametrize("bits", [2, 4])
@pytest.mark.parametrize("white", [0, 1])
def test_a_grey_tiff_of_few_bits(bits: int, white: int) -> None:
    rows = [packed((tone(bits, x, y) for x in range(WIDTH)), bits) for y in range(HEIGHT)]
    found = four(tiff([b"".join(rows)], t258=bits, t262=white))
    assert found == [at if white else (*(255 - value for value in at[:3]), 255) for at in GREYS]


def planes(channels: int, bits: int, packing: int) -> list[bytes]:
    """Red, green, blue, and what is left of each pixel's 51."""
    unit, code = (257, "H") if bits == 16 else (1, "B")
    made = [pixels(lambda x, y, at=at: [(*colour(x, y)[:3], 51, 7)[at] * unit], code) for at in range(channels)]  # type: ignore[misc]
    return [zlib.compress(plane) for plane in made] if packing == DEFLATE else made


RAW, DEFLATE = 1, 8


@pytest.mark.parametrize("packing", [RAW, DEFLATE])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("further", "alpha"), [([], 255), ([0], 255), ([2], 51)])
def test_a_tiff_in_separate_planes(further: list[int], alpha: int, bits: int, packing: int) -> None:
    channels = 3 + len(further)
    extra: dict[str, int | list[int]] = {"t338": further} if further else {}
    depth = [bits] * channels
    made = planes(channels, bits, packing)
    body = tiff(made, "<", t258=depth, t259=packing, t262=2, t277=channels, t284=2, **extra)
    assert four(body) == [(*at[:3], alpha) for at in COLOURS]


def test_a_grey_tiff_with_premultiplied_transparency() -> None:
    data = pixels(lambda x, y: [tone(8, x, y) // 5, 51], "B")
    assert four(tiff([data], t258=[8, 8], t262=1, t277=2, t338=1)) == [(*at[:3], 51) for at in GREYS]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packing", [RAW, DEFLATE])
def test_a_tiff_of_16_bits_from_white(order: str, packing: int) -> None:
    data = pixels(lambda x, y: [65535 - tone(16, x, y)], order + "H")
    body = tiff([zlib.compress(data) if packing == DEFLATE else data], order, t258=16, t259=packing, t262=0)
    assert four(body) == GREYS


def test_a_tiff_in_strips_and_in_tiles() -> None:
    assert corners(cooked(saved(PICTURE, "tiff", tiffinfo={278: 5}))) == UPRIGHT
    assert corners(cooked(saved(PICTURE, "tiff", tile=(16, 16), compression="tiff_lzw", tiffinfo={317: 2}))) == UPRIGHT


@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_of_several_pages_is_its_first(big: bool) -> None:
    body = saved(PICTURE, "tiff", save_all=True, append_images=[Image.new("RGB", (9, 9))], big_tiff=big)
    assert body[2] == (43 if big else 42)
    assert inspect(body, POLICY).frames == 1
    assert corners(cooked(body)) == UPRIGHT


def test_a_tiff_of_ink_and_one_of_lab() -> None:
    assert corners(cooked(saved(PICTURE.convert("CMYK"), "tiff"))) == UPRIGHT
    lab = ImageCms.profileToProfile(
        PICTURE, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    assert corners(cooked(saved(lab, "tiff"))) == UPRIGHT


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_of_floats(order: str) -> None:
    data = pixels(lambda x, y: [quarter(x, y) / 3], order + "f")  # type: ignore[list-item]
    assert [at[0] for at in four(tiff([data], order, t258=32, t262=1, t339=3))] == pytest.approx(
        [0, 85, 170, 255], abs=1
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_of_floats_from_white(order: str) -> None:
    data = pixels(lambda x, y: [1 - quarter(x, y) / 3], order + "f")  # type: ignore[list-item]
    found = [at[0] for at in four(tiff([data], order, t258=32, t262=0, t339=3))]
    assert found == pytest.approx([0, 85, 170, 255], abs=1)


@pytest.mark.parametrize("odd", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("place", [(0, 0), (5, 5), (WIDTH - 1, HEIGHT - 1)])
def test_a_tiff_of_floats_with_one_that_is_no_number(place: tuple[int, int], odd: str) -> None:
    """As it is written for what was not measured."""
    data = pixels(lambda x, y: [float(odd) if (x, y) == place else quarter(x, y) / 3], "<f")  # type: ignore[list-item]
    found = [at[0] for at in four(tiff([data], t258=32, t262=1, t339=3))]
    assert found == pytest.approx([0, 85, 170, 255], abs=1)


def test_a_tiff_of_floats_with_no_number_at_all_is_black() -> None:
    data = struct.pack("<f", float("nan")) * (WIDTH * HEIGHT)
    assert [at[0] for at in four(tiff([data], t258=32, t262=1, t339=3))] == [0] * 4


GREY_AND_ALPHA: dict[str, int | list[int]] = {"t258": [8, 8], "t262": 1, "t277": 2, "t284": 2, "t338": 2}
MISREAD = {
    "further channels in separate planes": tiff(planes(2, 8, DEFLATE), "<", t259=DEFLATE, **GREY_AND_ALPHA),
    "further channels": tiff(planes(2, 8, RAW), "<", **GREY_AND_ALPHA),
    "separate planes": tiff(planes(5, 8, RAW), t258=[8] * 5, t262=2, t277=5, t284=2, t338=[2, 0]),
    "8-bit numbers with sign": tiff([bytes(WIDTH * HEIGHT)], t258=8, t262=1, t339=2),
    "without sign": tiff([bytes(4 * WIDTH * HEIGHT)], t258=32, t262=1),
    "sign or point": tiff([bytes(4 * WIDTH * HEIGHT)], ">", t258=32, t262=1, t339=3, t259=5),
    "unusual": tiff([bytes(12 * WIDTH * HEIGHT)], t258=[32] * 3, t262=2, t277=3, t339=[3] * 3),
}


@pytest.mark.parametrize("name", MISREAD)
def test_a_tiff_that_would_be_read_wrong_is_refused_with_a_word_of_why(name: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        cooked(MISREAD[name])
    assert caught.value.code == "source_unsupported"
    assert name in caught.value.message
    assert "8 bits a channel, interleaved" in caught.value.message


# BMP

BITS_565 = (0xF800, 0x7E0, 0x1F)
BGRA = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)


def indexed(bits: int) -> list[bytes]:
    return [packed((quarter(x, y) for x in range(WIDTH)), bits) for y in range(HEIGHT)]


def rows(code: str, value: object) -> list[bytes]:
    return [b"".join(struct.pack(code, *value(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)]  # type: ignore[operator]


def bgr(x: int, y: int) -> tuple[int, ...]:
    return colour(x, y)[::-1]


def runs(bits: int) -> bytes:
    unit = 17 if bits == 4 else 1
    lines = [bytes((16, unit * quarter(0, y), 16, unit * quarter(31, y), 0, 0)) for y in range(HEIGHT)]
    return b"".join(lines[::-1]) + b"\0\1"


BMPS = {
    "4 bits": bmp(4, indexed(4), palette=True),
    "8 bits": bmp(8, indexed(8), palette=True),
    "4 bits, runs": bmp(4, [runs(4)], compression=2, palette=True),
    "8 bits, runs": bmp(8, [runs(8)], compression=1, palette=True),
    "24 bits": bmp(24, rows("<3B", bgr)),
    "from the top": bmp(24, rows("<3B", bgr), top_down=True),
    "32 bits, the last unused": bmp(32, rows("<4B", lambda x, y: (*bgr(x, y), 0))),
    "16 bits, 5 a channel": bmp(16, rows("<H", lambda x, y: [sum((v >> 3) << 5 * i for i, v in enumerate(bgr(x, y)))])),
    "16 bits, 6 for green": bmp(
        16,
        rows("<H", lambda x, y: [(colour(x, y)[0] >> 3) << 11 | (colour(x, y)[1] >> 2) << 5 | colour(x, y)[2] >> 3]),
        compression=3,
        masks=BITS_565,
    ),
}


@pytest.mark.parametrize("name", BMPS)
def test_bmp(name: str) -> None:
    assert corners(cooked(BMPS[name])) == UPRIGHT


UNUSUAL_BMPS = {
    "2 bits": bmp(2, indexed(2), palette=True),
    "4 bits a channel": bmp(16, [bytes(2 * WIDTH)] * HEIGHT, compression=3, masks=(0xF00, 0xF0, 0xF)),
    "an unknown compression": bmp(24, [bytes(3 * WIDTH)] * HEIGHT, compression=6),
}


@pytest.mark.parametrize("name", UNUSUAL_BMPS)
def test_an_unusual_bmp_is_not_called_damaged(name: str) -> None:
    with pytest.raises(SourceRefused, match="24 bits a pixel") as caught:
        cooked(UNUSUAL_BMPS[name])
    assert caught.value.code == "source_unsupported"


@pytest.mark.parametrize("header", [56, 108, 124])
def test_a_bmp_whose_fields_say_that_it_is_transparent(header: int) -> None:
    body = bmp(32, rows("<4B", lambda x, y: (*bgr(x, y), 51)), compression=3, masks=BGRA, header=header)
    assert four(body) == [(*at, 51) for at in COLOURS]


# WebP, GIF


@pytest.mark.parametrize("name", ["lossy", "lossless", "animated"])
@pytest.mark.parametrize("alpha", [255, 51])
def test_webp(name: str, alpha: int) -> None:
    image = PICTURE.convert("RGBA")
    image.putalpha(alpha)
    options: dict[str, dict[str, Any]] = {
        "lossy": {"quality": 95},
        "lossless": {"lossless": True},
        "animated": {"quality": 95, "save_all": True},
    }
    body = saved(image, "webp", **options[name])
    assert corners(cooked(body)) == UPRIGHT
    assert {at[3] for at in four(body)} == {alpha}


def test_gif() -> None:
    assert corners(cooked(saved(PICTURE.quantize(4), "gif"))) == UPRIGHT
    clear = saved(PICTURE.quantize(4), "gif", transparency=0)
    assert sorted(at[3] for at in four(clear)) == [0, 255, 255, 255]


# Orientation

TIFF = b"II*\0\x08\0\0\0"
TURNED = ["blue", "red", "white", "green"]


def entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


def directory(*entries: bytes, count: int = 0, following: int = 0) -> bytes:
    return TIFF + struct.pack("<H", count or len(entries)) + b"".join(entries) + struct.pack("<I", following)


ON_ITS_SIDE = entry(274, 3, 1, 6)
READABLE = {
    "sound": directory(ON_ITS_SIDE),
    "highest byte first": b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 274, 3, 1, 6, 0, 0),
    "cut after the entry": directory(ON_ITS_SIDE)[:22],
    "fewer entries than it says": directory(ON_ITS_SIDE, count=9),
    "far fewer": directory(ON_ITS_SIDE, count=65535),
    "a loop": directory(ON_ITS_SIDE, following=8),
    "a next directory outside": directory(ON_ITS_SIDE, following=0xFFFFFFF0),
    "a text outside before": directory(entry(270, 2, 4_000_000_000, 0x7FFFFFFF), ON_ITS_SIDE),
    "an unknown type before": directory(entry(270, 99, 1, 1), ON_ITS_SIDE),
    "a text cut short after": directory(ON_ITS_SIDE, entry(305, 2, 500, 0xFFFF)),
    "a directory of its own that is this one": directory(ON_ITS_SIDE, entry(34665, 4, 1, 8)),
    "a directory of its own outside": directory(ON_ITS_SIDE, entry(34665, 4, 1, 0xFFFFFFF)),
    "a maker's note of 60 kB": directory(ON_ITS_SIDE, entry(37500, 7, 60_000, 38)) + bytes(60_000),
    "after a maker's note of 60 kB": b"II*\0" + struct.pack("<I", 60_008) + bytes(60_000) + directory(ON_ITS_SIDE)[8:],
    "out of order": directory(entry(305, 3, 1, 1), ON_ITS_SIDE),
}
UNREADABLE = {
    "nothing": b"",
    "no directory": TIFF[:4] + b"\xff" * 4,
    "cut in the value": directory(ON_ITS_SIDE)[:19],
    "0": directory(entry(274, 3, 1, 0)),
    "9": directory(entry(274, 3, 1, 9)),
    "a byte": directory(entry(274, 1, 1, 6)),
    "no value": directory(entry(274, 3, 0, 6)),
    "another beginning": b"II+\0" + directory(ON_ITS_SIDE)[4:],
    "of the thumbnail": directory(entry(256, 4, 1, 5), following=26) + directory(ON_ITS_SIDE)[8:],
}


def jpeg_with(*exifs: bytes) -> bytes:
    body = saved(PICTURE, "jpeg", quality=95)
    return body[:2] + b"".join(jpeg_segment(0xE1, b"Exif\0\0" + exif) for exif in exifs) + body[2:]


def png_with(exif: bytes) -> bytes:
    return png(2, 8, colour, png_chunk(b"eXIf", exif))


def webp_with(exif: bytes) -> bytes:
    body = saved(PICTURE, "webp", lossless=True, exif=b"Exif\0\0" + directory(ON_ITS_SIDE))
    start = body.index(b"EXIF")
    body = body[:start] + struct.pack("<4sI", b"EXIF", len(exif)) + exif + bytes(len(exif) % 2)
    return body[:4] + struct.pack("<I", len(body) - 8) + body[8:]


KINDS: dict[str, Callable[[bytes], bytes]] = {"jpeg": jpeg_with, "png": png_with, "webp": webp_with}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_read_of_damaged_exif_turns_the_picture(kind: str, name: str) -> None:
    assert corners(cooked(KINDS[kind](READABLE[name]))) == TURNED


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_turns_nothing(kind: str, name: str) -> None:
    assert corners(cooked(KINDS[kind](UNREADABLE[name]))) == UPRIGHT


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_exif_may_begin_as_in_a_jpeg(kind: str) -> None:
    assert corners(cooked(KINDS[kind](b"Exif\0\0" + READABLE["sound"]))) == TURNED


def test_the_first_exif_of_two_counts() -> None:
    assert corners(cooked(jpeg_with(READABLE["sound"], directory(entry(274, 3, 1, 3))))) == TURNED


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<d xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></x:xmpmeta>'
)


def test_xmp_turns_nothing() -> None:
    """As in browsers."""
    jpeg = saved(PICTURE, "jpeg", quality=95)
    segment = jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    for body in (
        jpeg[:2] + segment + jpeg[2:],
        png(2, 8, colour, png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
        saved(PICTURE, "webp", lossless=True, xmp=XMP),
    ):
        assert corners(cooked(body)) == UPRIGHT


EIGHT = {
    1: "red green blue white",
    2: "green red white blue",
    3: "white blue green red",
    4: "blue white red green",
    5: "red blue green white",
    6: "blue red white green",
    7: "white green blue red",
    8: "green white red blue",
}


@pytest.mark.parametrize("orientation", EIGHT)
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif", "tiff"])
def test_all_eight_orientations_are_applied_once(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    options = {"avif": {"quality": 95, "subsampling": "4:4:4"}, "tiff": {}}.get(kind, {"quality": 95})
    assert corners(cooked(saved(PICTURE, kind, exif=exif, **options))) == EIGHT[orientation].split()
