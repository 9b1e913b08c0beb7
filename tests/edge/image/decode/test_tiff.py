"""TIFF: each kind that is supported, read to its pixels, and why others are not."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from edge.contract.errors import SourceRefused
from edge.image import verify
from tests.edge.image.decode.tiff_files import BIG, LITTLE, grey, made, strips, tiles, without_last_tile
from tests.edge.image.encoders import COLOURS, HEIGHT, WIDTH, packed, pixels, quarter, tiff
from tests.edge.image.pictures import POLICY, corners, decoded, inspect, near, saved
from tests.edge.image.quartered import GREYS, PICTURE, UPRIGHT, colour, four, tone


@pytest.mark.parametrize(
    "compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits", "jpeg", "zstd", "lzma"]
)
def test_a_tiff_of_each_compression(compression: str) -> None:
    assert corners(decoded(saved(PICTURE, "tiff", compression=compression))) == UPRIGHT


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
    assert corners(decoded(tiff([ink], order, t258=[16] * 4, t262=5, t277=4))) == UPRIGHT


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


def test_pillows_switch_for_libtiff_is_not_changed() -> None:
    decoded(tiff(planes(3, 16, RAW), t258=[16] * 3, t262=2, t277=3, t284=2))
    assert TiffImagePlugin.READ_LIBTIFF is False


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
    assert corners(decoded(saved(PICTURE, "tiff", tiffinfo={278: 5}))) == UPRIGHT
    assert corners(decoded(saved(PICTURE, "tiff", tile=(16, 16), compression="tiff_lzw", tiffinfo={317: 2}))) == UPRIGHT


@pytest.mark.parametrize("big", [False, True])
def test_of_several_pages_the_first_is_shown(big: bool) -> None:
    body = saved(PICTURE, "tiff", save_all=True, append_images=[Image.new("RGB", (9, 9))], big_tiff=big)
    assert body[2] == (43 if big else 42)
    assert inspect(body, POLICY).frames == 1
    assert corners(decoded(body)) == UPRIGHT


def test_a_tiff_of_ink_and_one_of_lab() -> None:
    assert corners(decoded(saved(PICTURE.convert("CMYK"), "tiff"))) == UPRIGHT
    lab = ImageCms.profileToProfile(
        PICTURE, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    assert corners(decoded(saved(lab, "tiff"))) == UPRIGHT


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


TILES = bytes(2 * 256)

MISREAD = {
    "JPEG XL compression (50002)": tiff([bytes(99)], t258=8, t259=50002, t262=1),
    "WebP compression (50001)": tiff([bytes(99)], t258=8, t259=50001, t262=1),
    "LERC compression (34887)": tiff([bytes(99)], t258=8, t259=34887, t262=1),
    "unknown compression (12345)": tiff([bytes(99)], t258=8, t259=12345, t262=1),
    "old JPEG compression in separate planes": tiff([bytes(99)] * 3, t258=[8] * 3, t259=6, t262=6, t277=3, t284=2),
    "JPEG compression of YCbCr": tiff([bytes(99)] * 3, t258=[8] * 3, t259=7, t262=6, t277=3, t284=2),
    "several layers of depth": made(grey(16, 16) | tiles(16, 16, 1, 256) | {32997: 1_000_000}, TILES),
    "strips or tiles without data": without_last_tile(made(grey(32, 16) | tiles(16, 16, 2, 256), TILES)),
    "extra channels in separate planes": tiff(planes(2, 8, DEFLATE), "<", t259=DEFLATE, **GREY_AND_ALPHA),
    "extra channels": tiff(planes(2, 8, RAW), "<", **GREY_AND_ALPHA),
    "separate planes": tiff(planes(5, 8, RAW), t258=[8] * 5, t262=2, t277=5, t284=2, t338=[2, 0]),
    "signed 8-bit samples": tiff([bytes(WIDTH * HEIGHT)], t258=8, t262=1, t339=2),
    "unsigned 32-bit samples": tiff([bytes(4 * WIDTH * HEIGHT)], t258=32, t262=1),
    "signed or float samples": tiff([bytes(4 * WIDTH * HEIGHT)], ">", t258=32, t262=1, t339=3, t259=5),
    "unusual": tiff([bytes(12 * WIDTH * HEIGHT)], t258=[32] * 3, t262=2, t277=3, t339=[3] * 3),
}


@pytest.mark.parametrize("name", MISREAD)
def test_a_kind_that_pillow_misreads_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        decoded(MISREAD[name])
    assert caught.value.code == "source_unsupported"
    assert name in caught.value.message
    assert "8 bits a channel, interleaved" in caught.value.message


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize(("kind", "scale"), [(3, 257), (3, 1), (1, 1), (4, 257)])
def test_a_palette_may_have_8_bits_a_value(bits: int, kind: int, scale: int) -> None:
    count = 1 << bits
    colours = [COLOURS[index % 4] for index in range(count)]
    values = [scale * colour[band] for band in range(3) for colour in colours]
    rows = [packed((quarter(x, y) % count for x in range(WIDTH)), bits) for y in range(HEIGHT)]
    data = b"".join(rows)
    tags = grey(WIDTH, HEIGHT, bits=bits) | strips(HEIGHT, 1, len(data)) | {262: 3, 320: values}
    assert [at[:3] for at in four(made(tags, data, kinds={320: kind}))] == [
        colours[index % count] for index in range(4)
    ]


@pytest.mark.parametrize("order", [LITTLE, BIG])
@pytest.mark.parametrize("kind", [1, 3, 4, 6, 8, 9])
def test_whole_numbers_may_be_of_any_type(kind: int, order: str) -> None:
    data = pixels(lambda x, y: [tone(8, x, y)], "B")
    tags = grey(WIDTH, HEIGHT) | strips(HEIGHT, 1, 127) | {274: 3, 284: 1, 339: 1}
    kinds = dict.fromkeys({*tags} - {273, 279}, kind)
    assert four(made(tags, data, kinds=kinds, order=order)) == GREYS[::-1]


@pytest.mark.parametrize("kind", [1, 3, 4, 6, 8, 9, 16, 17, 18])
def test_an_orientation_of_a_big_tiff_may_be_of_any_type(kind: int) -> None:
    body = made(grey(WIDTH, HEIGHT) | strips(HEIGHT, 1, 768) | {274: 6}, bytes(768), kinds={274: kind}, big=True)
    assert decoded(body).size == (HEIGHT, WIDTH)


def test_xmp_does_not_turn_it() -> None:
    body = saved(PICTURE, "tiff", tiffinfo={700: b'<x tiff:Orientation="6"/>'})
    assert corners(decoded(body)) == UPRIGHT


def test_uncompressed_colours_of_video_are_read() -> None:
    """Two by two pixels share their colour, as is the default."""
    luma, blue, red = PICTURE.convert("YCbCr").split()
    data = b""
    for y in range(0, HEIGHT, 2):
        for x in range(0, WIDTH, 2):
            places = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]
            data += bytes([*(luma.getpixel(at) for at in places), blue.getpixel((x, y)), red.getpixel((x, y))])  # type: ignore[list-item]
    tags = grey(WIDTH, HEIGHT) | strips(HEIGHT, 1, len(data)) | {258: [8] * 3, 262: 6, 277: 3}
    assert corners(decoded(made(tags, data))) == UPRIGHT


def test_tiles_may_be_called_strips() -> None:
    tile = pixels(lambda x, y: [tone(8, x, y)], "B")
    tags = grey(WIDTH, HEIGHT) | {322: WIDTH, 323: HEIGHT, 273: 0, 279: len(tile), 278: 1}
    assert four(made(tags, tile)) == GREYS


def test_more_strips_than_the_image_needs_are_ignored() -> None:
    data = pixels(lambda x, y: [tone(8, x, y)], "B")
    half = len(data) // 2
    tags = grey(WIDTH, HEIGHT) | {278: HEIGHT // 2, 273: [0, half, 0, 0, 0], 279: [half] * 5}
    assert four(made(tags, data)) == GREYS


def twice(tags: dict[int, int | list[int]], tag: int, value: int, kind: int) -> bytes:
    """A TIFF that has ``tag`` once more, before the one in ``tags``, of another type."""
    body = made(tags | {tag - 1: value}, bytes(2_000))
    old = struct.pack("<HHI", tag - 1, 4, 1)
    assert body.count(old) == 1
    return body.replace(old, struct.pack("<HHI", tag, kind, 1))


@pytest.mark.parametrize("compression", [RAW, DEFLATE])
@pytest.mark.parametrize("kind", [2, 11, 99])
def test_a_tag_that_occurs_twice_hides_no_size(kind: int, compression: int) -> None:
    """Pillow skips one that it cannot read, libtiff does not."""
    tags = grey(16, 16, compression) | tiles(45_000_000, 2, 8, 1_000)
    body = twice(tags, 322, 16, kind)
    with pytest.raises(SourceRefused) as caught:
        decoded(body)
    with pytest.raises(SourceRefused) as again:
        verify(body, POLICY)
    assert caught.value.code == again.value.code == "source_damaged"


def test_of_a_tag_that_occurs_twice_the_first_counts() -> None:
    data = pixels(lambda x, y: [tone(8, x, y)], "B")
    body = made(grey(WIDTH, HEIGHT) | strips(HEIGHT, 1, len(data)) | {285: 9}, data)
    assert four(body.replace(struct.pack("<HHI", 285, 4, 1), struct.pack("<HHI", 278, 4, 1))) == GREYS
