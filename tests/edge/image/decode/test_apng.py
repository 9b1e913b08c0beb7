"""Animated PNG: what each frame looks like, compared with what browsers show."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import png_chunks
from tests.edge.image.decode.animations import (
    ALL,
    CLEARED,
    GROUND,
    KEPT,
    PALETTE,
    RESTORED,
    coloured,
    drawn,
    played,
)
from tests.edge.image.encoders import png_chunk
from tests.edge.image.parts import Frame, apng
from tests.edge.image.pictures import (
    POLICY,
    decoded,
    inspect,
    near,
    pixel,
)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
@pytest.mark.parametrize(("then", "wanted"), [(0, KEPT), (1, CLEARED), (2, RESTORED)])
def test_a_frame_is_disposed_of_as_browsers_do(then: int, wanted: list[str], mode: str) -> None:
    ground = coloured("RRRRR RRRRR RRRRR").quantize(4) if mode == "P" else GROUND.convert(mode)
    ground = _with_palette(ground) if mode == "P" else ground
    part = _with_palette(coloured("G").quantize(4)) if mode == "P" else coloured("G", mode)
    last = _with_palette(coloured("B").quantize(4)) if mode == "P" else coloured("B", mode)
    body = apng((5, 3), [Frame(ground), Frame(part, (2, 1), then=then), Frame(last, (4, 2))])
    assert played(body) == wanted


def _with_palette(image: Image.Image) -> Image.Image:
    """The same pixels with the shared palette."""
    carrier = Image.new("P", (1, 1))
    carrier.putpalette([band for colour in PALETTE for band in colour])
    return image.convert("RGB").quantize(palette=carrier, dither=Image.Dither.NONE)


def test_restoring_what_was_before_the_first_frame_leaves_nothing() -> None:
    body = apng((5, 3), [Frame(GROUND, then=2), Frame(coloured("G", "RGBA"), (2, 1))])
    assert played(body) == [*ALL, "..... ..G.. ....."]


def test_frames_of_16_bits_keep_their_brightness() -> None:
    frames = [Image.new("I;16", (5, 3), value) for value in (0x2020, 0xC0C0, 0x8080)]
    image = decoded(apng((5, 3), [Frame(each) for each in frames]), "webp", quality=100)
    for index, grey in enumerate((0x20, 0xC0, 0x80)):
        image.seek(index)
        assert near(pixel(image, 0.5, 0.5), (grey,) * 3, 2)


def test_the_default_image_is_not_part_of_the_animation() -> None:
    parts = [Frame(coloured("G", "RGBA"), (2, 1)), Frame(coloured("B", "RGBA"), (4, 2))]
    body = apng((5, 3), parts, default=GROUND)
    assert played(body) == ["..... ..G.. .....", "..... ..G.. ....B"]
    assert drawn(decoded(body, "png")) == ALL[0]


@pytest.mark.parametrize(("part", "whole", "ms"), [(1, 0, 100), (50, 0, 500), (1, 4, 250), (3, 1000, 100)])
def test_a_delay_without_a_denominator_is_in_hundredths(part: int, whole: int, ms: int) -> None:
    body = apng((5, 3), [Frame(GROUND, ms=part), Frame(coloured("B", "RGBA"))], whole=whole)
    image = decoded(body, "webp")
    image.load()
    assert image.info["duration"] == (100 if 1000 * part / (whole or 100) <= 10 else ms)


def test_an_animation_that_breaks_the_rules_is_its_default_image() -> None:
    sound = apng((5, 3), [Frame(GROUND), Frame(coloured("G", "RGBA"))])
    beyond = apng((5, 3), [Frame(GROUND), Frame(coloured("G", "RGBA"), at=(5, 0))])
    assert (inspect(sound, POLICY).frames, inspect(beyond, POLICY).frames) == (2, 1)
    assert drawn(decoded(beyond, "webp", quality=100)) == ALL[0]


def chunks_of(body: bytes) -> list[tuple[bytes, bytes]]:
    return [(chunk.name, bytes(chunk.content(body))) for chunk in png_chunks.walk(body)]


def of_chunks(chunks: list[tuple[bytes, bytes]], *, numbered: bool = False) -> bytes:
    """A PNG of these chunks; if ``numbered``, with the sequence numbers that their order asks for."""
    count, written = 0, []
    for name, content in chunks:
        sequenced = numbered and name in (b"fcTL", b"fdAT")
        written.append(png_chunk(name, count.to_bytes(4) + content[4:] if sequenced else content))
        count += sequenced
    return png_chunks.SIGNATURE + b"".join(written)


#: IHDR, acTL, fcTL, IDAT, fcTL, fdAT, fcTL, fdAT, IEND.
THREE = chunks_of(apng((5, 3), [Frame(coloured(" ".join([letter * 5] * 3), "RGBA")) for letter in "RGB"]))
SHOWN = [" ".join([letter * 5] * 3) for letter in "RGB"]


def with_count(frames: int) -> bytes:
    return of_chunks([THREE[0], (b"acTL", frames.to_bytes(4) + bytes(4)), *THREE[2:]])


@pytest.mark.parametrize(
    ("announced", "frames"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 3), (2**31 - 1, 3), (2**31, 1), (2**32 - 1, 1)]
)
def test_as_many_frames_are_shown_as_there_are_and_were_announced(announced: int, frames: int) -> None:
    """As in Chromium."""
    body = with_count(announced)
    assert verify(body, POLICY).frames == frames
    assert played(body) == SHOWN[:frames]


def control(index: int, position: int, value: int) -> bytes:
    """With one byte of the ``index``th chunk replaced."""
    content = bytearray(THREE[index][1])
    content[position] = value
    return of_chunks([*THREE[:index], (THREE[index][0], bytes(content)), *THREE[index + 1 :]])


STOPPED = {
    "a second frame outside the image": (control(4, 15, 1), 1),
    "a third frame outside the image": (control(6, 15, 1), 2),
    "a frame without pixels": (control(4, 7, 0), 1),
    "an unknown disposal": (control(4, 24, 7), 1),
    "an unknown blending": (control(6, 25, 7), 2),
    "a gap in the sequence": (control(6, 3, 9), 2),
    "a first frame that is smaller than the image": (control(2, 7, 4), 1),
    "a long control chunk": (of_chunks([*THREE[:6], (b"fcTL", THREE[6][1] + b"?"), *THREE[7:]]), 2),
    "a short control chunk": (of_chunks([*THREE[:6], (b"fcTL", THREE[6][1][:-1]), *THREE[7:]]), 2),
    "a damaged control chunk": (
        of_chunks(THREE).replace(png_chunk(*THREE[6]), png_chunk(*THREE[6])[:-1] + b"?"),
        2,
    ),
    "a control chunk without data": (of_chunks([*THREE[:7], THREE[8]]), 2),
    "no control chunk": (of_chunks([*THREE[:2], THREE[3], THREE[8]]), 1),
}


@pytest.mark.parametrize("name", STOPPED)
def test_an_animation_ends_before_the_first_frame_that_breaks_the_rules(name: str) -> None:
    body, frames = STOPPED[name]
    assert verify(body, POLICY).frames == frames
    assert played(body) == SHOWN[:frames]


def test_a_frame_without_data_is_left_out() -> None:
    body = of_chunks([*THREE[:5], *THREE[6:]], numbered=True)
    assert played(body) == [SHOWN[0], SHOWN[2]]


def test_the_first_announcement_counts() -> None:
    body = of_chunks([*THREE[:2], (b"acTL", (2).to_bytes(4) + bytes(4)), *THREE[2:]])
    assert played(body) == SHOWN


def test_a_damaged_announcement_does_not_count() -> None:
    whole = of_chunks(THREE)
    assert played(whole.replace(png_chunk(*THREE[1]), png_chunk(*THREE[1])[:-1] + b"?")) == SHOWN[:1]


@pytest.mark.parametrize("kept", [4, 5, 6, 7])
def test_a_file_that_ends_before_its_frames_is_damaged(kept: int) -> None:
    with pytest.raises(SourceRefused, match="damaged or incomplete"):
        verify(of_chunks(THREE[:kept]), POLICY)


def test_after_its_last_frame_the_end_is_not_needed() -> None:
    assert played(of_chunks(THREE[:-1])) == SHOWN
