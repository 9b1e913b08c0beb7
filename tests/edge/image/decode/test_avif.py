"""AVIF: every depth and subsampling, turned by its own boxes, and its limits."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import isobmff, isobmff_items
from edge.image.decode.limits import LimitExceeded
from tests.edge.image.decode.avif_files import box, stored
from tests.edge.image.decode.colours import COLOURS, P3, Colour, from_gamma, from_p3
from tests.edge.image.pictures import (
    GREEN,
    POLICY,
    RED,
    corners,
    decoded,
    inspect,
    near,
    noise,
    pixel,
    quarters,
    saved,
)

UPRIGHT = ["red", "green", "blue", "white"]


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("chroma", ["420", "422", "444", "alpha"])
def test_every_depth_and_chroma_is_read(bits: int, chroma: str) -> None:
    image = decoded(stored(f"{bits}-{chroma}"))
    assert corners(image) == UPRIGHT
    assert pixel(image, 0.25, 0.25, "RGBA")[3] == (0 if chroma == "alpha" else 255)


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_grey_is_read(bits: int) -> None:
    image = decoded(stored(f"{bits}-400"))
    assert image.mode == "L"
    assert [pixel(image, x, y)[0] for y in (0.25, 0.75) for x in (0.25, 0.75)] == pytest.approx(
        [80, 126, 43, 255], abs=2
    )


@pytest.mark.parametrize("name", ["grid", "limited"])
def test_a_grid_and_a_limited_range_are_read(name: str) -> None:
    assert corners(decoded(stored(name))) == UPRIGHT


#: As Chromium shows them: anticlockwise quarter turns, then mirrored top to bottom (0) or left to right (1).
TURNED = {
    "irot0": "red green blue white",
    "irot1": "green white red blue",
    "irot2": "white blue green red",
    "irot3": "blue red white green",
    "irot0-imir0": "blue white red green",
    "irot0-imir1": "green red white blue",
    "irot1-imir0": "red blue green white",
    "irot1-imir1": "white green blue red",
    "irot2-imir0": "green red white blue",
    "irot2-imir1": "blue white red green",
    "irot3-imir0": "white green blue red",
    "irot3-imir1": "red blue green white",
}


@pytest.mark.parametrize("name", TURNED)
def test_its_boxes_orient_it(name: str) -> None:
    image = decoded(stored(name))
    assert corners(image) == TURNED[name].split()
    assert image.size == ((24, 32) if name[4] in "13" else (32, 24))


TIFF = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 274, 3, 1, 6, 0, 0)


def with_exif(orientation: int, payload: bytes) -> bytes:
    """An AVIF whose boxes say ``orientation``, and its item of EXIF ``payload``."""
    exif = Image.Exif()
    exif[305] = "x" * 100
    exif[274] = orientation
    body = saved(quarters((32, 24)), "avif", exif=exif, quality=95, subsampling="4:4:4")
    start = body.index(b"mdat") + 4
    place = body.index(struct.pack(">I", start))
    moved = struct.pack(">II", len(body) + 8, len(payload))
    return body[:place] + moved + body[place + 8 :] + struct.pack(">I4s", 8 + len(payload), b"free") + payload


@pytest.mark.parametrize(
    "payload",
    [
        b"\0\0\0\0" + TIFF,
        b"\0\0\0\0Exif\0\0" + TIFF,
        b"\0\0\0\0IM*\0" + TIFF[4:],
        b"\0\0\0\0" + TIFF[:15],
        b"\xff" * 40,
        b"",
    ],
    ids=["another orientation", "a header of its own", "no byte order", "truncated", "nonsense", "nothing"],
)
def test_exif_neither_turns_nor_breaks_it(payload: bytes) -> None:
    """As in browsers; thumbor and immich turned such images twice."""
    assert corners(decoded(with_exif(1, payload))) == UPRIGHT
    assert corners(decoded(with_exif(8, payload))) == ["green", "white", "red", "blue"]


def test_a_file_that_declares_a_small_size_is_refused_for_the_size_that_it_codes() -> None:
    body = saved(noise((640, 480)), "avif", subsampling="4:4:4", speed=10)
    lies = body.replace(struct.pack(">4s3I", b"ispe", 0, 640, 480), struct.pack(">4s3I", b"ispe", 0, 8, 8))
    assert inspect(lies, POLICY).width == 8
    with pytest.raises(LimitExceeded) as caught:
        verify(lies, replace(POLICY, max_source_pixels=640 * 480 // 2))
    assert (caught.value.limit.code, caught.value.message) == (
        "avif_plane_bytes",
        "The AVIF file contains 1 MB of coded pixels; the limit is 0.6 MB. Make the image smaller.",
    )
    assert verify(lies, replace(POLICY, max_source_pixels=640 * 480)).width == 8


def with_nclx(colour: Colour, primaries: int, transfer: int, **options: object) -> bytes:
    body = saved(Image.new("RGB", (16, 16), colour), "avif", quality=100, subsampling="4:4:4", **options)
    said = b"nclx" + struct.pack(">HH", 1, 13)
    assert body.count(said) == 1
    return body.replace(said, b"nclx" + struct.pack(">HH", primaries, transfer))


@pytest.mark.parametrize("colour", COLOURS)
def test_nclx_numbers_are_applied(colour: Colour) -> None:
    plain = pixel(decoded(with_nclx(colour, 1, 13)), 0.5, 0.5)
    assert near(plain, colour, 2)
    assert near(pixel(decoded(with_nclx(colour, 12, 13)), 0.5, 0.5), from_p3(plain), 1)
    assert near(pixel(decoded(with_nclx(colour, 1, 4)), 0.5, 0.5), from_gamma(plain, 2.2), 1)


def test_a_profile_precedes_nclx_numbers() -> None:
    body = saved(Image.new("RGB", (16, 16), (200, 40, 90)), "avif", quality=100, icc_profile=P3)
    body = body.replace(b"nclx" + struct.pack(">HH", 1, 13), b"nclx" + struct.pack(">HH", 9, 8))
    assert near(pixel(decoded(body), 0.5, 0.5), from_p3((200, 40, 90)), 4)


def test_an_animation_keeps_its_transparency() -> None:
    images = [Image.new("RGBA", (20, 10), (*colour, alpha)) for colour, alpha in ((RED, 255), (GREEN, 128))]
    image = decoded(saved(images[0], "avif", save_all=True, append_images=images[1:], duration=100), "webp")
    image.seek(1)
    assert near(pixel(image, 0.5, 0.5, "RGBA"), (*GREEN, 128), 12)


@pytest.mark.parametrize("major", [b"MA1B", b"mif1", b"msf1", b"iso8", b"isom", b"heic", b"\0\0\0\0"])
@pytest.mark.parametrize("compatible", [b"avifmif1miaf", b"mif1miafMA1Bavif", b"mif1" * 40 + b"avif"])
def test_avif_may_be_any_of_its_brands(major: bytes, compatible: bytes) -> None:
    body = stored("8-420")
    end = int.from_bytes(body[:4])
    old, new = body[:end], box(b"ftyp", major, bytes(4), compatible)
    moved = body.replace(old, new)
    for extents in isobmff_items._data(isobmff.walk(body)).values():
        start, length = body.index(extents[0]), len(extents[0])
        place = struct.pack(">II", start + len(new) - len(old), length)
        moved = moved.replace(struct.pack(">II", start, length), place)
    assert corners(decoded(moved)) == UPRIGHT


def test_what_follows_the_brands_is_none() -> None:
    body = box(b"ftyp", b"isom", bytes(4), b"isom") + b"avif" * 9
    with pytest.raises(SourceRefused) as caught:
        verify(body, POLICY)
    assert "This is a video" in caught.value.message


def test_the_cells_of_a_grid_may_share_their_bytes() -> None:
    body = stored("grid")
    data = isobmff_items._data(isobmff.walk(body))
    places = {item: struct.pack(">II", body.index(extents[0]), len(extents[0])) for item, extents in data.items()}
    same = body
    for item in (3, 4, 5):
        same = same.replace(places[item], places[2])
    assert corners(decoded(same)) == ["red"] * 4
    assert verify(same, POLICY) == verify(body, POLICY)
