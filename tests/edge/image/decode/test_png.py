"""PNG: each kind that is supported, and what is damaged in it, read to its pixels."""

from __future__ import annotations

import struct
import zlib

import pytest

from edge.contract.errors import SourceRefused
from tests.edge.image.decode.support import refusal
from tests.edge.image.encoders import COLOURS, png, png_chunk, quarter
from tests.edge.image.pictures import POLICY, RED, corners, decoded, inspect, quarters, saved, variant
from tests.edge.image.quartered import GREYS, UPRIGHT, colour, four, tone


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_a_grey_png(bits: int, interlaced: bool) -> None:
    body = png(0, bits, lambda x, y: [tone(bits, x, y)], interlaced=interlaced)
    assert decoded(body).mode == "L"
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


def spoilt(chunk: bytes) -> bytes:
    """With a wrong checksum."""
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


BROKEN = {
    **{
        f"{name.decode()}'s checksum": spoilt(png_chunk(name, b"a\0\0b"))
        for name in (b"iCCP", b"eXIf", b"tEXt", b"gAMA")
    },
    "a profile without a name": png_chunk(b"iCCP", b"profile"),
    "an empty profile": png_chunk(b"iCCP", b""),
    "a profile packed in another way": png_chunk(b"iCCP", b"name\0\5" + zlib.compress(b"profile")),
    "a text packed in another way": png_chunk(b"zTXt", b"Comment\0\5" + zlib.compress(b"text")),
    **{f"{name.decode()} truncated": png_chunk(name, b"") for name in (b"gAMA", b"cHRM", b"sRGB", b"pHYs")},
    "a transparent colour truncated": png_chunk(b"tRNS", b"\0"),
    **{f"{name.decode()} of no animation": png_chunk(name, b"ab") for name in (b"fcTL", b"fdAT")},
}


@pytest.mark.parametrize("name", BROKEN)
def test_damaged_metadata_does_not_cost_the_pixels(name: str) -> None:
    """As in libpng, and so in browsers."""
    whole = png(2, 8, colour)
    for body in (png(2, 8, colour, BROKEN[name]), whole[:-12] + BROKEN[name] + whole[-12:]):
        assert inspect(body, POLICY).format == "png"
        assert four(body) == [(*at[:3], 255) for at in COLOURS]


def test_more_transparencies_than_colours_are_ignored() -> None:
    body = png(3, 8, lambda x, y: [quarter(x, y)], png_chunk(b"tRNS", bytes(257)))
    assert four(body) == [(*at[:3], 255) for at in COLOURS]


def test_a_damaged_palette_is_damage() -> None:
    body = png(3, 8, lambda x, y: [quarter(x, y)])
    start = body.index(b"PLTE") - 4
    with pytest.raises(SourceRefused, match="damaged"):
        decoded(body[:start] + spoilt(body[start : start + 24]) + body[start + 24 :])


TEXTS = {
    "zTXt": b"Comment\0\0" + zlib.compress(b"x" * 3_000_000),
    "iTXt": b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"x" * 3_000_000),
    "tEXt": b"Comment\0" + b"x" * 3_000_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_megabytes_of_text_are_accepted(name: str) -> None:
    text = png_chunk(name.encode(), TEXTS[name])
    assert corners(decoded(png(2, 8, colour, text))) == UPRIGHT
    whole = png(2, 8, colour)
    assert corners(decoded(whole[:-12] + text + whole[-12:])) == UPRIGHT


@pytest.mark.parametrize("chunk", [b"zTXtComment\0\0", b"iCCPprofile\0\0", b"iTXtXML:com.adobe.xmp\0\1\0\0\0"])
def test_text_that_unpacks_to_far_more_is_ignored(chunk: bytes) -> None:
    bomb = zlib.compress(bytes(50_000_000))
    whole = saved(quarters(), "png")
    body = whole[:33] + png_chunk(chunk[:4], chunk[4:] + bomb) + whole[33:]
    assert variant(body, "png").body == variant(whole, "png").body


@pytest.mark.parametrize("keyword", [b"transparency", b"gamma", b"srgb", b"interlace", b"icc_profile", b"exif"])
def test_a_text_is_a_text_whatever_its_keyword_is(keyword: bytes) -> None:
    """Pillow keeps it beside what it knows of the pixels, under the same names."""
    assert four(png(2, 8, colour, png_chunk(b"tEXt", keyword + b"\0hello"))) == four(png(2, 8, colour))


UNSUPPORTED = {
    "3 bits a channel with colour type 2": b"\3\2\0\0\0",
    "compression 1, filters 0 and interlacing 0": b"\x08\2\1\0\0",
    "compression 0, filters 64 and interlacing 0": b"\x08\2\0\x40\0",
    "compression 0, filters 0 and interlacing 2": b"\x08\2\0\0\2",
}


@pytest.mark.parametrize("feature", UNSUPPORTED)
def test_what_no_png_may_declare_is_named(feature: str) -> None:
    whole = png(2, 8, colour)
    error = refusal(whole[:8] + png_chunk(b"IHDR", whole[16:24] + UNSUPPORTED[feature]) + whole[33:])
    assert error.code == "source_unsupported"
    assert feature in error.message


def test_apples_own_compression_is_named() -> None:
    whole = png(2, 8, colour)
    assert "Apple's own compression" in refusal(whole[:8] + png_chunk(b"CgBI", bytes(4)) + whole[8:]).message


@pytest.mark.parametrize("header", [b"", png_chunk(b"IHDR", bytes(12)), spoilt(png(2, 8, colour)[8:33])])
def test_a_damaged_header_is_named(header: bytes) -> None:
    error = refusal(png(2, 8, colour)[:8] + header + png(2, 8, colour)[33:])
    assert error.message == "The PNG file has a damaged header. Export or download it again."
