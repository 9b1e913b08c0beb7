"""Metadata in JPEG's segments: read from each that is whole, and never at the cost of the picture."""

from __future__ import annotations

import struct

import pytest

from edge.image.decode import jpeg_markers
from edge.image.decode.jpeg_metadata import read_metadata
from tests.edge.image.decode.colours import P3, from_p3
from tests.edge.image.encoders import jpeg_segment
from tests.edge.image.metadata import iim, photoshop
from tests.edge.image.pictures import POLICY, corners, decoded, inspect, near, pixel, quarters, saved, variant
from tests.edge.image.quartered import PICTURE, UPRIGHT

WHOLE = saved(PICTURE, "jpeg", quality=95)
START = WHOLE[:2]
#: Without the segment of JFIF.
REST = WHOLE[20:]


def exif(orientation: int) -> bytes:
    entry = struct.pack("<HHII", 274, 3, 1, orientation)
    return b"Exif\0\0II*\0\x08\0\0\0\1\0" + entry + bytes(4)


def icc(part: bytes, number: int = 1, count: int = 1) -> bytes:
    return jpeg_segment(0xE2, b"ICC_PROFILE\0" + bytes((number, count)) + part)


#: What programs write into each segment, by its marker.
CONTENTS = [
    (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
    (0xE1, exif(1)),
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
    (0xE2, b"ICC_PROFILE\0\1\1" + P3[:40]),
    (0xE2, b"MPF\0II*\0\x08\0\0\0"),
    (0xE2, b"FPXR\0\0"),
    (0xED, photoshop(iim({116: "a name"}))[4:]),
    (0xEE, b"Adobe\0\x64\0\0\0\0\1"),
    (0xFE, b"a comment"),
]


@pytest.mark.parametrize(("marker", "content"), CONTENTS, ids=lambda value: repr(value)[:20])
def test_a_segment_that_is_cut_short_does_not_cost_the_picture(marker: int, content: bytes) -> None:
    for length in range(len(content)):
        cut = jpeg_segment(marker, content[:length])
        for body in (START + cut + REST, START + WHOLE[2:20] + cut + REST):
            assert inspect(body, POLICY).format == "jpeg"
            assert corners(decoded(body)) == UPRIGHT


@pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE])
@pytest.mark.parametrize("length", [0, 1])
def test_a_segment_whose_length_is_less_than_itself_does_not_either(marker: int, length: int) -> None:
    assert corners(decoded(START + bytes((0xFF, marker, 0, length)) + REST)) == UPRIGHT


def metadata(*segments: bytes) -> dict[str, object]:
    body = START + b"".join(segments) + REST
    return read_metadata(body, jpeg_markers.walk(body))


HALF = len(P3) // 2
PROFILES = {
    "one part": ([icc(P3)], P3),
    "two parts": ([icc(P3[:HALF], 1, 2), icc(P3[HALF:], 2, 2)], P3),
    "two parts, the second first": ([icc(P3[HALF:], 2, 2), icc(P3[:HALF], 1, 2)], P3),
    "two profiles": ([icc(P3), icc(b"other")], P3),
    "a whole one and one that is cut short": ([icc(P3), jpeg_segment(0xE2, b"ICC_PROFILE\0\1")], P3),
    "half of it": ([icc(P3[:HALF], 1, 2)], None),
    "a part twice": ([icc(P3[:HALF], 1, 2), icc(P3[:HALF], 1, 2), icc(P3[HALF:], 2, 2)], None),
    "parts that disagree": ([icc(P3[:HALF], 1, 2), icc(P3[HALF:], 2, 3)], None),
    "a part 0": ([icc(P3, 0, 1)], None),
}


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_counts_if_all_of_it_is_there(name: str) -> None:
    segments, wanted = PROFILES[name]
    assert metadata(*segments).get("icc_profile") == wanted


def test_a_profile_is_applied() -> None:
    body = saved(quarters().point(lambda _: 90), "jpeg", quality=95)
    converted = pixel(decoded(body[:2] + icc(P3[:HALF], 1, 2) + icc(P3[HALF:], 2, 2) + body[2:]), 0.5, 0.5)
    assert near(converted, from_p3((90, 90, 90)), 2)


def test_the_first_exif_that_can_be_one_counts() -> None:
    """As in browsers. A second one continues it, if it is longer than a segment."""
    first = START + jpeg_segment(0xE1, b"Exif\0\0") + jpeg_segment(0xE1, exif(6)) + jpeg_segment(0xE1, exif(3)) + REST
    source = inspect(first, POLICY)
    assert (source.width, source.height) == PICTURE.size[::-1]


def test_what_is_continued_in_a_second_segment_is_joined() -> None:
    halves = [jpeg_segment(0xE1, b"Exif\0\0" + part) for part in (exif(6)[6:20], exif(6)[20:])]
    assert metadata(*halves)["exif"] == exif(6)


def test_iim_is_found_among_other_resources() -> None:
    other = b"8BIM" + struct.pack(">HBxI", 0x03ED, 0, 3) + b"abc\0"
    whole = photoshop(iim({116: "a name"}))
    body = whole[:4] + b"Photoshop 3.0\0" + other + whole[18:]
    segment = body[:2] + struct.pack(">H", len(body) - 2) + body[4:]
    assert metadata(segment)["photoshop"] == {0x0404: iim({116: "a name"})}


def test_endless_resources_end() -> None:
    """Each takes the same bytes again: the next one would start before the end of this one."""
    resource = b"8BIM" + struct.pack(">HBxI", 1, 0, 0)
    segments = [jpeg_segment(0xED, b"Photoshop 3.0\0" + resource * 5000)] * 50
    assert "photoshop" not in metadata(*segments)


@pytest.mark.parametrize(("content", "wanted"), [(b"\0", 0), (b"\2", 2), (b"", None)])
def test_adobes_transform_counts_if_its_segment_is_whole(content: bytes, wanted: int | None) -> None:
    assert metadata(jpeg_segment(0xEE, b"Adobe\0\x64\0\0\0\0" + content)).get("adobe_transform") == wanted


def test_xmp_is_the_first() -> None:
    name = b"http://ns.adobe.com/xap/1.0/\0"
    assert metadata(jpeg_segment(0xE1, name + b"one"), jpeg_segment(0xE1, name + b"two"))["xmp"] == b"one"


def test_srgb_in_exif_precedes_the_index_of_adobe_rgb() -> None:
    """Some cameras write both, and their pixels are sRGB."""
    image = quarters().point(lambda value: value // 2)
    for colour_space, unchanged in ((1, True), (0xFFFF, False)):
        interop = b"\1\0" + struct.pack("<HHI4s", 1, 2, 4, b"R03\0") + bytes(4)
        nested = struct.pack("<HHII", 0xA001, 3, 1, colour_space) + struct.pack("<HHII", 0xA005, 4, 1, 56)
        tags = b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 0x8769, 4, 1, 26) + bytes(4)
        block = b"Exif\0\0" + tags + b"\2\0" + nested + bytes(4) + interop
        body = saved(image, "jpeg", quality=95, subsampling=0, exif=block)
        plain = variant(saved(image, "jpeg", quality=95, subsampling=0), "png").body
        assert (variant(body, "png").body == plain) is unchanged
