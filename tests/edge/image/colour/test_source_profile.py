"""Colours that a file describes without a profile, by number or by gamma, in PNGs."""

from __future__ import annotations

import zlib
from itertools import pairwise

import pytest
from PIL import Image

from tests.edge.image import icc_profiles
from tests.edge.image.decode.colours import COLOURS, P3, Colour, from_gamma, from_p3
from tests.edge.image.pictures import animation, decoded, near, noise, pixel, quarters, saved

#: Colorants under D50 from CSS Color 4's matrices (D65), by Bradford.
REC_2020 = ((0.67348, 0.27904, -0.00193), (0.16567, 0.67534, 0.02998), (0.12505, 0.04562, 0.79684))


def with_chunks(png: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks behind its header."""
    return png[:33] + b"".join(chunk(*each) for each in chunks) + png[33:]


def chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)


def flat(colour: Colour) -> bytes:
    return saved(
        Image.new("RGB" if len(colour) == 3 else "L", (8, 8), colour if len(colour) == 3 else colour[0]), "png"
    )


def cicp(primaries: int, transfer: int) -> tuple[bytes, bytes]:
    return b"cICP", bytes((primaries, transfer, 0, 1))


def gama(gamma: float) -> tuple[bytes, bytes]:
    return b"gAMA", icc_profiles.u32(round(100_000 / gamma))


def chrm(*xy: float) -> tuple[bytes, bytes]:
    return b"cHRM", b"".join(icc_profiles.u32(round(value * 100_000)) for value in xy)


SRGB_CHRM = chrm(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)


ADOBE_CHRM = chrm(0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)


SAYS_SRGB = (b"sRGB", b"\0")


SAYS_P3 = (b"iCCP", b"P3\0\0" + zlib.compress(P3))


def seen(colour: Colour, *chunks: tuple[bytes, bytes]) -> Colour:
    return pixel(decoded(with_chunks(flat(colour), *chunks)), 0.5, 0.5)


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_by_number(colour: Colour) -> None:
    assert near(seen(colour, cicp(12, 13)), from_p3(colour), 1)
    wide = icc_profiles.from_light(REC_2020, [icc_profiles.srgb_light(code) for code in colour])
    assert near(seen(colour, cicp(9, 13)), wide, 1)
    assert near(seen(colour, cicp(1, 8)), from_gamma(colour, 1.0), 1)
    assert seen(colour, cicp(1, 13)) == seen(colour, cicp(2, 2)) == colour


@pytest.mark.parametrize("numbers", [(2, 2), (2, 13), (1, 2), (0, 0), (3, 3), (77, 200)])
def test_numbers_that_describe_nothing_leave_it_to_the_profile(numbers: tuple[int, int]) -> None:
    colour = COLOURS[0]
    assert seen(colour, cicp(*numbers), SAYS_P3) == seen(colour, SAYS_P3) != seen(colour, cicp(1, 13), SAYS_P3)


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_by_gamma(colour: Colour) -> None:
    assert near(seen(colour, gama(1.0)), from_gamma(colour, 1.0), 1)
    assert near(seen(colour, gama(1.8), SRGB_CHRM), from_gamma(colour, 1.8), 1)
    assert near(seen(colour, gama(2.19921875), ADOBE_CHRM), from_gamma(colour, 563 / 256, icc_profiles.ADOBE_RGB), 1)


def test_the_order_of_pngs_specification_applies() -> None:
    colour = COLOURS[0]
    rules = [(cicp(12, 13), from_p3(colour)), (SAYS_SRGB, colour), (gama(1.0), from_gamma(colour, 1.0))]
    for index, (_, wanted) in enumerate(rules):
        assert near(seen(colour, *(said for said, _ in rules[index:])), wanted, 1)
    assert seen(colour, cicp(1, 13), SAYS_P3) == colour
    assert near(seen(colour, SAYS_P3, gama(1.0)), from_p3(colour), 1)


@pytest.mark.parametrize(
    "chunks",
    [
        (gama(2.2),),
        (gama(2.2), SRGB_CHRM),
        (SRGB_CHRM,),
        (ADOBE_CHRM,),
        ((b"gAMA", bytes(4)),),
        (gama(1.0), chrm(*[0.0] * 8)),
        (gama(1.0), chrm(*[0.3] * 8)),
        ((b"cICP", b"\x0c\x0d"),),
        (cicp(255, 255),),
    ],
)
def test_srgb_or_nothing_changes_nothing(chunks: tuple[tuple[bytes, bytes], ...]) -> None:
    body = saved(noise((20, 20)), "png")
    assert decoded(with_chunks(body, *chunks)).tobytes() == noise((20, 20)).tobytes()


def test_greys_have_a_gamma_too() -> None:
    assert near(seen((64,), gama(1.0)), (round(icc_profiles.srgb_code(64 / 255)),) * 3, 1)


def test_each_frame_of_an_animation_is_converted() -> None:
    body = with_chunks(animation("png", [quarters(), quarters().rotate(180)]), cicp(12, 13))
    for format_class in ("webp", "png"):
        result = decoded(body, format_class, quality=100)
        assert near(pixel(result, 0.25, 0.25), from_p3((220, 20, 20)), 8)


#: Codes of PQ, of 255, for cd/m²: SMPTE ST 2084.
PQ = {0: 0.0, 77: 10.29, 112: 49.44}


@pytest.mark.parametrize("code", [0, 77, 112])
def test_dark_and_middle_tones_of_pq_are_as_bright_as_they_say(code: int) -> None:
    wanted = round(icc_profiles.srgb_code(PQ[code] / 203))
    assert near(seen((code,) * 3, cicp(9, 16)), (wanted,) * 3, 2)


def test_highlights_of_pq_are_told_apart_up_to_a_thousand() -> None:
    codes = [seen((code,) * 3, cicp(9, 16))[0] for code in range(112, 185, 8)]
    assert all(a < b for a, b in pairwise(codes)), codes
    assert 220 <= seen((148,) * 3, cicp(9, 16))[0] <= 235  # white, of 203 cd/m²
    assert seen((192,) * 3, cicp(9, 16)) == seen((255,) * 3, cicp(9, 16)) == (255, 255, 255)


def test_white_of_hlg_is_white_of_pq() -> None:
    """Three quarters of HLG, and 203 cd/m²: https://www.itu.int/pub/R-REP-BT.2408"""
    assert near(seen((191,) * 3, cicp(9, 18)), seen((148,) * 3, cicp(9, 16)), 3)
    assert seen((255,) * 3, cicp(9, 18)) == (255, 255, 255)
    assert seen((0,) * 3, cicp(9, 18)) == (0, 0, 0)


@pytest.mark.parametrize("colour", [(112, 77, 77), (77, 112, 112), (112, 112, 77)])
def test_colours_of_pq_are_those_of_their_primaries(colour: Colour) -> None:
    wanted = icc_profiles.from_light(REC_2020, [PQ[code] / 203 for code in colour])
    assert near(seen(colour, cicp(9, 16)), wanted, 2)


@pytest.mark.parametrize("colour", [COLOURS[0], (150, 90, 90)])
def test_the_numbers_in_a_profile_count_if_it_is_hdr(colour: Colour) -> None:
    profile = icc_profiles.profile(
        "RGB ", {b"cicp": b"cicp" + bytes(4) + bytes((9, 16, 0, 1)), b"A2B0": b"mft2" + bytes(40)}, 4
    )
    body = with_chunks(flat(colour), (b"iCCP", b"PQ\0\0" + zlib.compress(profile)))
    assert pixel(decoded(body), 0.5, 0.5) == seen(colour, cicp(9, 16))
