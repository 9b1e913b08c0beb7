"""The filters compared with Pillow's own, which have the same weights."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from edge.image.transform import convolve
from edge.image.transform.convolve import Filter
from tests.edge.image.pictures import noise

_PILLOWS = {Filter.LANCZOS: Image.Resampling.LANCZOS, Filter.BICUBIC: Image.Resampling.BICUBIC}


SIDES = st.integers(1, 70)


def calm(size: tuple[int, int], mode: str) -> Image.Image:
    """Noise whose ringing stays between 0 and 255. What is clipped depends on which axis is filtered first."""
    return noise(size, mode).point([96 + value // 4 for value in range(256)] * len(Image.new(mode, (1, 1)).getbands()))


def off_by(one: Image.Image, other: Image.Image) -> float:
    assert (one.mode, one.size) == (other.mode, other.size)
    return max(high for _, high in ImageStat.Stat(ImageChops.difference(one, other)).extrema)


@st.composite
def boxes(draw: st.DrawFn, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Boxes in an image of ``size``, none of them empty."""
    starts = [draw(st.floats(0, side - 0.1)) for side in size]
    ends = [draw(st.floats(start + 0.1, side)) for start, side in zip(starts, size, strict=True)]
    return (*starts, *ends)  # type: ignore[return-value]


@settings(max_examples=400)
@given(st.data(), st.tuples(SIDES, SIDES), st.tuples(SIDES, SIDES), st.sampled_from(["L", "RGB", "CMYK", "YCbCr"]))
def test_any_box_at_any_size_is_within_two_values_of_pillow(
    data: st.DataObject, size: tuple[int, int], wanted: tuple[int, int], mode: str
) -> None:
    image = calm(size, mode)
    box = data.draw(st.one_of(st.just((0, 0, *size)), boxes(size)))
    by = data.draw(st.sampled_from(Filter))
    assert off_by(convolve.resize(image, wanted, box, by), image.resize(wanted, _PILLOWS[by], box)) <= 2


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("wanted", [(31, 17), (8, 9), (130, 90), (1, 1)])
def test_colours_are_weighted_by_alpha(mode: str, wanted: tuple[int, int]) -> None:
    image = calm((61, 47), mode)
    expected = image.convert("RGBA").convert("RGBa").resize(wanted, Image.Resampling.LANCZOS).convert("RGBA")
    got = convolve.resize(image, wanted, (0, 0, 61, 47))
    assert got.mode == mode
    for ground in ("black", "white"):
        laid = [
            Image.alpha_composite(Image.new("RGBA", wanted, ground), each.convert("RGBA")) for each in (got, expected)
        ]
        assert off_by(*laid) <= 3


def test_floats_are_resized_without_clipping() -> None:
    """Linear light is resized in floats."""
    light = noise((64, 48), "L").convert("F").point(lambda value: value * 257 + 0)
    got = convolve.resize(light, (20, 15), (0, 0, 64, 48))
    expected = light.resize((20, 15), Image.Resampling.LANCZOS)
    pairs = zip(memoryview(got.tobytes()).cast("f"), memoryview(expected.tobytes()).cast("f"), strict=True)
    assert all(abs(a - b) < 1 for a, b in pairs)


def test_an_image_in_a_buffer_of_its_own_is_not_changed() -> None:
    pixels = bytearray(noise((40, 30), "RGBA").tobytes())
    image = Image.frombuffer("RGBA", (40, 30), pixels, "raw", "RGBA", 0, 1)
    before = bytes(pixels)
    convolve.resize(image, (10, 10), (0, 0, 40, 30))
    assert bytes(pixels) == before


def test_a_box_that_exceeds_the_image_by_a_rounding_is_accepted() -> None:
    image = noise((3, 3), "L")
    for start in (0.1, 0.7, 1.1, 2.2 - 1e-16):
        assert convolve.resize(image, (2, 2), (start, start, 3.0000000000000004, 3)).size == (2, 2)
