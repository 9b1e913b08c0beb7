"""Animated PNG: what each frame looks like, compared with what browsers show."""

from __future__ import annotations

import pytest
from PIL import Image

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
