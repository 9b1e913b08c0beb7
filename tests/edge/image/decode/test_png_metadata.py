"""What PNG's chunks say of colours, and their precedence: as Chromium shows them."""

from __future__ import annotations

import struct
import zlib

import pytest

from edge.image.decode import png_chunks, png_metadata
from tests.edge.image import icc_profiles
from tests.edge.image.decode.colours import P3, from_gamma, from_p3
from tests.edge.image.encoders import png, png_chunk
from tests.edge.image.pictures import POLICY, decoded, inspect, near, pixel

COLOUR = (200, 60, 90)
LINEAR = from_gamma(COLOUR, 1.0)
TO_P3 = from_p3(COLOUR)
TO_P3_BY_GAMMA = from_gamma(COLOUR, 2.2, icc_profiles.DISPLAY_P3)
GREY_PROFILE = P3[:16] + b"GRAY" + P3[20:]


def icc(profile: bytes, cut: int = 0) -> bytes:
    packed = zlib.compress(profile)
    return png_chunk(b"iCCP", b"x\0\0" + packed[: len(packed) - cut])


def spoilt(chunk: bytes) -> bytes:
    return chunk[:-1] + bytes((chunk[-1] ^ 1,))


GAMMA, OTHER_GAMMA = (png_chunk(b"gAMA", struct.pack(">I", value)) for value in (100_000, 45_455))
SRGB = png_chunk(b"sRGB", b"\0")
CHROMATICITIES = png_chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))


def cicp(*values: int) -> bytes:
    return png_chunk(b"cICP", bytes(values))


CASES = {
    "gamma": ([GAMMA], LINEAR),
    "gamma and primaries": ([OTHER_GAMMA, CHROMATICITIES], TO_P3_BY_GAMMA),
    "primaries before gamma": ([CHROMATICITIES, OTHER_GAMMA], TO_P3_BY_GAMMA),
    "primaries alone": ([CHROMATICITIES], COLOUR),
    "a gamma of zero": ([png_chunk(b"gAMA", bytes(4))], COLOUR),
    "two gammas": ([GAMMA, OTHER_GAMMA], LINEAR),
    "a damaged gamma and another": ([spoilt(GAMMA), OTHER_GAMMA], COLOUR),
    "a short gamma and another": ([png_chunk(b"gAMA", b"\0\1"), GAMMA], LINEAR),
    "a long gamma": ([png_chunk(b"gAMA", struct.pack(">I", 100_000) + b"??")], COLOUR),
    "sRGB and gamma": ([SRGB, GAMMA], COLOUR),
    "gamma and sRGB": ([GAMMA, SRGB], COLOUR),
    "damaged sRGB and gamma": ([spoilt(SRGB), GAMMA], LINEAR),
    "sRGB of two bytes and gamma": ([png_chunk(b"sRGB", b"\0\0"), GAMMA], LINEAR),
    "sRGB of no known intent and gamma": ([png_chunk(b"sRGB", b"\x09"), GAMMA], LINEAR),
    "a profile": ([icc(P3)], TO_P3),
    "a profile and sRGB": ([icc(P3), SRGB], TO_P3),
    "sRGB and a profile": ([SRGB, icc(P3)], TO_P3),
    "a profile and gamma": ([GAMMA, icc(P3)], TO_P3),
    "two profiles": ([icc(P3), icc(icc_profiles.matrix(icc_profiles.SRGB, icc_profiles.parametric(0, 1.0), 4))], TO_P3),
    "no profile and gamma": ([icc(b"garbage" * 30), GAMMA], LINEAR),
    "a profile that is cut off and gamma": ([icc(P3, 20), GAMMA], LINEAR),
    "a profile without its checksum": ([icc(P3, 4)], COLOUR),
    "a profile of greys and gamma": ([icc(GREY_PROFILE), GAMMA], LINEAR),
    "cICP": ([cicp(12, 13, 0, 1)], TO_P3),
    "cICP and a profile": ([cicp(1, 13, 0, 1), icc(P3)], COLOUR),
    "a profile and cICP": ([icc(P3), cicp(1, 13, 0, 1)], COLOUR),
    "cICP that is not specified, and a profile": ([cicp(2, 2, 0, 1), icc(P3)], TO_P3),
    "two cICP": ([cicp(12, 13, 0, 1), cicp(1, 13, 0, 1)], TO_P3),
    "cICP of a narrow range": ([cicp(12, 13, 0, 0)], COLOUR),
    "cICP with a matrix": ([cicp(12, 13, 1, 1)], COLOUR),
    "cICP of five bytes": ([png_chunk(b"cICP", bytes((12, 13, 0, 1, 0)))], COLOUR),
}


@pytest.mark.parametrize("name", CASES)
def test_colours_are_those_of_chromium(name: str) -> None:
    chunks, wanted = CASES[name]
    assert near(pixel(decoded(png(2, 8, lambda *_: COLOUR, *chunks)), 0.5, 0.5), wanted, 1)


def test_after_the_pixels_nothing_describes_them() -> None:
    whole = png(2, 8, lambda *_: COLOUR)
    late = whole[:-12] + GAMMA + icc(P3) + exif(6) + whole[-12:]
    assert pixel(decoded(late), 0.5, 0.5) == COLOUR
    assert inspect(late, POLICY) == inspect(whole, POLICY)


def exif(orientation: int) -> bytes:
    return png_chunk(b"eXIf", b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 274, 3, 1, orientation) + bytes(4))


@pytest.mark.parametrize(
    ("chunks", "turned"),
    [
        ([exif(6)], True),
        ([exif(6), exif(3)], True),
        ([exif(3), exif(6)], False),
        ([spoilt(exif(6)), exif(3)], False),
        ([spoilt(exif(3)), exif(6)], True),
        ([png_chunk(b"eXIf", b""), exif(6)], False),
        ([png_chunk(b"eXIf", b"Exif\0\0" + exif(6)[8:-4])], True),
    ],
)
def test_the_first_exif_counts(chunks: list[bytes], turned: bool) -> None:
    source = inspect(png(2, 8, lambda *_: COLOUR, *chunks), POLICY)
    assert (source.width < source.height) is turned


def xmp(body: bytes) -> bytes:
    return png_metadata.xmp_of(body, png_chunks.walk(body))


XMP = b"XML:com.adobe.xmp\0"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (XMP + b"\0\0\0\0<x/>", b"<x/>"),
        (XMP + b"\1\0de\0key\0" + zlib.compress(b"<x/>"), b"<x/>"),
        (XMP + b"\1\0\0\0" + zlib.compress(bytes((1 << 20) + 1)), b""),
        (XMP + b"\1\0\0\0garbage", b""),
        (XMP, b""),
        (b"Comment\0\0\0\0\0<x/>", b""),
    ],
)
def test_xmp_is_found_in_its_text(content: bytes, wanted: bytes) -> None:
    chunk = png_chunk(b"iTXt", content)
    whole = png(2, 8, lambda *_: COLOUR)
    assert xmp(png(2, 8, lambda *_: COLOUR, chunk)) == wanted
    assert xmp(whole[:-12] + chunk + whole[-12:]) == wanted
