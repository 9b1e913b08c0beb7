"""EXIF: orientation, applied once, and the colours of some cameras; also if it is damaged."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from edge.image import verify
from tests.edge.image import icc_profiles
from tests.edge.image.decode.colours import P3, from_gamma, from_p3
from tests.edge.image.encoders import jpeg_segment, png, png_chunk
from tests.edge.image.pictures import (
    POLICY,
    corners,
    decoded,
    near,
    pixel,
    quarters,
    saved,
)
from tests.edge.image.quartered import PICTURE, UPRIGHT, colour

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
    "a text truncated after": directory(ON_ITS_SIDE, entry(305, 2, 500, 0xFFFF)),
    "a directory of its own that is this one": directory(ON_ITS_SIDE, entry(34665, 4, 1, 8)),
    "a directory of its own outside": directory(ON_ITS_SIDE, entry(34665, 4, 1, 0xFFFFFFF)),
    "a maker's note of 60 kB": directory(ON_ITS_SIDE, entry(37500, 7, 60_000, 38)) + bytes(60_000),
    "after a maker's note of 60 kB": b"II*\0" + struct.pack("<I", 60_008) + bytes(60_000) + directory(ON_ITS_SIDE)[8:],
    "a byte": directory(entry(274, 1, 1, 6)),
    "a long number": directory(entry(274, 4, 1, 6)),
    "a signed byte": directory(entry(274, 6, 1, 6)),
    "a signed number": directory(entry(274, 8, 1, 6)),
    "a signed long number": directory(entry(274, 9, 1, 6)),
    "a byte, highest byte first": b"MM\0*\0\0\0\x08" + struct.pack(">HHHIBxxxI", 1, 274, 1, 1, 6, 0),
    "out of order": directory(entry(305, 3, 1, 1), ON_ITS_SIDE),
}


UNREADABLE = {
    "nothing": b"",
    "no directory": TIFF[:4] + b"\xff" * 4,
    "cut in the value": directory(ON_ITS_SIDE)[:19],
    "0": directory(entry(274, 3, 1, 0)),
    "9": directory(entry(274, 3, 1, 9)),
    "a text": directory(entry(274, 2, 2, ord("6"))),
    "below zero": directory(entry(274, 9, 1, 0xFFFFFFFA)),
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


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_read_of_damaged_exif_orients_the_image(kind: str, name: str) -> None:
    assert corners(decoded(KINDS[kind](READABLE[name]))) == TURNED


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_orients_nothing(kind: str, name: str) -> None:
    assert corners(decoded(KINDS[kind](UNREADABLE[name]))) == UPRIGHT


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_exif_may_begin_as_in_a_jpeg(kind: str) -> None:
    assert corners(decoded(KINDS[kind](b"Exif\0\0" + READABLE["sound"]))) == TURNED


def test_the_first_exif_of_two_counts() -> None:
    assert corners(decoded(jpeg_with(READABLE["sound"], directory(entry(274, 3, 1, 3))))) == TURNED


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<d xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></x:xmpmeta>'
)


def test_xmp_orients_nothing() -> None:
    """As in browsers."""
    jpeg = saved(PICTURE, "jpeg", quality=95)
    segment = jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    for body in (
        jpeg[:2] + segment + jpeg[2:],
        png(2, 8, colour, png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
        saved(PICTURE, "webp", lossless=True, xmp=XMP),
    ):
        assert corners(decoded(body)) == UPRIGHT


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
    assert corners(decoded(saved(PICTURE, kind, exif=exif, **options))) == EIGHT[orientation].split()


def photo(index: str, **options: object) -> bytes:
    """A JPEG whose colours are named in the interoperability tags only, as by some cameras."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 0xFFFF
    exif.get_ifd(0x8769)[0xA005] = {1: index}
    return saved(Image.new("RGB", (16, 16), (60, 160, 90)), "jpeg", exif=exif, quality=98, subsampling=0, **options)


def test_adobe_rgb_may_be_named_in_exif_only() -> None:
    wanted = from_gamma((60, 160, 90), 563 / 256, icc_profiles.ADOBE_RGB)
    assert near(pixel(decoded(photo("R03")), 0.5, 0.5), wanted, 3)
    assert near(pixel(decoded(photo("R98")), 0.5, 0.5), (60, 160, 90), 3)
    assert near(pixel(decoded(photo("R03", icc_profile=P3)), 0.5, 0.5), from_p3((60, 160, 90)), 3)


def test_damaged_exif_does_not_change_colours() -> None:
    body = photo("R03")
    start = body.index(b"Exif")
    broken = body[: start + 14] + b"\xff" * 20 + body[start + 34 :]
    assert near(pixel(decoded(broken), 0.5, 0.5), (60, 160, 90), 3)


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"])
def test_damaged_exif_is_ignored(exif: bytes) -> None:
    assert verify(saved(quarters(), "jpeg", exif=exif), POLICY).width == 80


FOLDER = Path(__file__).parents[4]


def tiff_of_tags(count: int, blob: bytes) -> bytes:
    """A TIFF of one pixel with ``count`` tags that share the same ``blob``."""
    own = [
        (256, 4, 1, 1),
        (257, 4, 1, 1),
        (258, 3, 1, 8),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 4, 1, 1),
        (279, 4, 1, 1),
    ]
    tags = own + [(1000 + number, 7, len(blob), 8) for number in range(count)]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(blob)) + blob + directory


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", ["tiff", "jpeg", "png", "webp", "avif"])
def test_tags_that_share_their_bytes_fill_neither_memory_nor_the_log(kind: str, tmp_path: Path) -> None:
    tags = tiff_of_tags(1500, bytes(40_000))
    source = tmp_path / f"bomb.{kind}"
    source.write_bytes(tags if kind == "tiff" else saved(quarters(), kind, exif=b"Exif\0\0" + tags))
    command = [sys.executable, "-m", "edge", "render", str(source), str(tmp_path / "made.webp")]
    assert subprocess.run(command, cwd=FOLDER, capture_output=True, check=True, timeout=60).stderr == b""
