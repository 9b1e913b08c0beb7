"""WebP: each kind that is supported, read to its pixels."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import riff
from tests.edge.image.decode.animations import (
    GROUND,
    coloured,
    played,
)
from tests.edge.image.decode.colours import P3, from_p3
from tests.edge.image.decode.support import parsed, refusal
from tests.edge.image.parts import Frame, webp
from tests.edge.image.pictures import (
    POLICY,
    RED,
    animation,
    corners,
    decoded,
    near,
    noise,
    pixel,
    saved,
    variant,
)
from tests.edge.image.quartered import PICTURE, UPRIGHT, four


@pytest.mark.parametrize("name", ["lossy", "lossless", "animated"])
@pytest.mark.parametrize("alpha", [255, 51])
def test_each_kind_is_read(name: str, alpha: int) -> None:
    image = PICTURE.convert("RGBA")
    image.putalpha(alpha)
    options: dict[str, dict[str, Any]] = {
        "lossy": {"quality": 95},
        "lossless": {"lossless": True},
        "animated": {"quality": 95, "save_all": True},
    }
    body = saved(image, "webp", **options[name])
    assert corners(decoded(body)) == UPRIGHT
    assert {at[3] for at in four(body)} == {alpha}


@pytest.mark.parametrize("alpha", [True, False])
def test_where_no_frame_was_drawn_there_is_nothing(alpha: bool) -> None:
    parts = [Frame(coloured("GG GG"), (2, 0), then=1), Frame(coloured("B"), (4, 2), over=1)]
    assert played(webp((5, 3), parts, alpha=alpha, ground=0xFFFFFFFF)) == ["..GG. ..GG. .....", "..... ..... ....B"]


def test_a_frame_is_blended_or_replaces_its_region() -> None:
    part = coloured("G.", "RGBA")
    for over, wanted in ((1, "RRGRR"), (0, "RRG.R")):
        body = webp((5, 3), [Frame(GROUND), Frame(part, (2, 0), over=over)], plays=3)
        assert played(body)[1].split()[0] == wanted
        assert decoded(body, "webp").info["loop"] == 3


def test_a_frame_outside_the_canvas_is_refused() -> None:
    with pytest.raises(SourceRefused) as caught:
        variant(webp((5, 3), [Frame(GROUND), Frame(coloured("GG"), (4, 0))]), "webp")
    assert caught.value.code == "source_damaged"


@pytest.mark.parametrize(
    ("options", "lossy"), [({}, True), ({"quality": 40, "exif": b"Exif\0\0"}, True), ({"lossless": True}, False)]
)
def test_a_lossy_still_image_has_a_saved_quality(options: dict[str, Any], lossy: bool) -> None:
    found = parsed(saved(noise((40, 30)), "webp", **options)).saved_quality
    assert (found is not None) is lossy
    assert found is None or found.format_name == "webp"


def test_an_animation_has_no_saved_quality() -> None:
    frames = [noise((40, 30), seed=seed) for seed in range(2)]
    assert parsed(animation("webp", frames)).saved_quality is None


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def chunks_of(body: bytes) -> dict[bytes, bytes]:
    return {each.name: each.whole(body) for each in riff.walk(body)}


def file_of(*chunks: bytes, cut: int = 0) -> bytes:
    """A WebP of these chunks, without its last ``cut`` bytes, which it counts."""
    content = b"WEBP" + b"".join(chunks)
    whole = b"RIFF" + struct.pack("<I", len(content)) + content
    return whole[: len(whole) - cut]


def extended(flags: int, size: tuple[int, int] = PICTURE.size) -> bytes:
    sides = b"".join((side - 1).to_bytes(3, "little") for side in size)
    return chunk(b"VP8X", struct.pack("<B3x", flags) + sides)


CLEAR = PICTURE.convert("RGBA")
CLEAR.putalpha(51)
LOSSY, LOSSLESS = (chunks_of(saved(CLEAR, "webp", quality=95, lossless=lossless)) for lossless in (False, True))
ALPHA, PLAIN = LOSSY[b"ALPH"], LOSSY[b"VP8 "]
EXIF = chunk(b"EXIF", b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 274, 3, 1, 6) + bytes(4))
TURNED = ["blue", "red", "white", "green"]


@pytest.mark.parametrize("pixels", [ALPHA + PLAIN, LOSSLESS[b"VP8L"]], ids=["lossy", "lossless"])
@pytest.mark.parametrize(("flags", "opacity"), [(0x10, 51), (0, 255)])
def test_a_file_that_declares_no_transparency_is_opaque(pixels: bytes, flags: int, opacity: int) -> None:
    body = file_of(extended(flags), pixels)
    assert {at[3] for at in four(body)} == {opacity}
    assert corners(decoded(body)) == UPRIGHT
    assert decoded(body, width=8).mode == ("RGBA" if flags else "RGB")


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_metadata_that_is_cut_off_does_not_cost_the_picture(cut: int) -> None:
    for name, flag in ((b"EXIF", 8), (b"XMP ", 4), (b"abcd", 0)):
        body = file_of(extended(flag), PLAIN, chunk(name, EXIF[8:] * 2), cut=cut)
        assert verify(body, POLICY).width == PICTURE.width
        assert corners(decoded(body)) == UPRIGHT


@pytest.mark.parametrize(
    ("flags", "chunks", "wanted"),
    [
        (8, (PLAIN, EXIF), TURNED),
        (8, (EXIF, PLAIN), TURNED),
        (0, (PLAIN, EXIF), UPRIGHT),
        (8, (PLAIN, EXIF, EXIF.replace(b"\6", b"\3")), TURNED),
    ],
)
def test_the_first_exif_counts_if_it_is_declared(flags: int, chunks: tuple[bytes, ...], wanted: list[str]) -> None:
    assert corners(decoded(file_of(extended(flags), *chunks))) == wanted


@pytest.mark.parametrize(
    ("flags", "chunks", "applied"),
    [
        (0x20, (chunk(b"ICCP", P3), PLAIN), True),
        (0x20, (PLAIN, chunk(b"ICCP", P3)), True),
        (0, (chunk(b"ICCP", P3), PLAIN), False),
        (0x20, (chunk(b"ICCP", b"garbage" * 40), chunk(b"ICCP", P3), PLAIN), False),
        (0x20, (PLAIN,), False),
    ],
)
def test_the_first_profile_counts_if_it_is_declared(flags: int, chunks: tuple[bytes, ...], applied: bool) -> None:
    wanted = from_p3(RED) if applied else RED
    assert near(pixel(decoded(file_of(extended(flags), *chunks)), 0.25, 0.25), wanted, 3)


@pytest.mark.parametrize("stated", [0, 20, 1_000_000])
def test_the_length_that_the_file_states_is_ignored(stated: int) -> None:
    body = file_of(PLAIN)
    assert corners(decoded(body[:4] + struct.pack("<I", stated) + body[8:])) == UPRIGHT


def test_a_picture_of_another_size_than_the_canvas_is_damaged() -> None:
    assert refusal(file_of(extended(0, (64, 48)), PLAIN)).code == "source_damaged"


def test_a_header_that_is_cut_short_declares_no_size() -> None:
    assert refusal(file_of(chunk(b"VP8X", bytes(8)), PLAIN)).code == "source_damaged"
