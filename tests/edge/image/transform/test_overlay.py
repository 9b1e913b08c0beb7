"""Placing one image on another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from edge.image.transform import overlay
from tests.edge.image.pictures import noise
from tests.edge.image.transform.sharp_reference import Reference, largest_difference, references

MODES = ["L", "LA", "RGB", "RGBA"]
MARK = next(each.image for each in references("negate") if each.image.mode == "RGBA")
OFFSETS = st.integers(-60, 60) | st.sampled_from([-(10**9), 10**9])


@pytest.mark.parametrize("reference", references("overlay"), ids=str)
def test_the_result_is_sharps(reference: Reference) -> None:
    """Within four where the mark was resized, for eight pixels are few."""
    options = dict(reference.options)
    ratio = options.pop("ratio")
    size = overlay.fitted_size(MARK.size, (reference.image.width * ratio // 100, 0))
    result = overlay.overlay(reference.image, overlay.scaled(MARK, size), **options)
    assert largest_difference(result, reference.result) <= (2 if ratio == 100 else 4)


@pytest.mark.parametrize(
    ("mark", "box", "size"),
    [
        ((200, 100), (50, 50), (50, 25)),
        ((200, 100), (0, 50), (100, 50)),
        ((200, 100), (400, 0), (400, 200)),
        ((200, 100), (0, 0), (200, 100)),
        ((1, 4000), (10, 10), (1, 10)),
        ((4000, 1), (10, 10), (10, 1)),
    ],
)
def test_a_mark_fits_into_its_box(mark: tuple[int, int], box: tuple[int, int], size: tuple[int, int]) -> None:
    assert overlay.fitted_size(mark, box) == size


@pytest.mark.parametrize("base", MODES)
@pytest.mark.parametrize("mark", MODES)
@given(left=OFFSETS, top=OFFSETS, opacity=st.integers(0, 100))
def test_a_mark_anywhere_keeps_the_size_and_what_it_does_not_cover(
    base: str, mark: str, left: int, top: int, opacity: int
) -> None:
    below, above = noise((40, 30), base), noise((17, 23), mark)
    before = above.tobytes()
    result = overlay.overlay(below, above, left, top, opacity)
    assert (result.mode, result.size) == ("RGBA" if base.endswith("A") else "RGB", (40, 30))
    covered = Image.new("L", (40, 30), 255)
    if max(abs(left), abs(top)) < 100:
        covered.paste(0, (left, top, left + 17, top + 23))
    empty = Image.new(result.mode, (40, 30))
    expected = Image.composite(below.convert(result.mode), empty, covered)
    assert Image.composite(result, empty, covered).tobytes() == expected.tobytes()
    assert above.tobytes() == before


def test_opacity_is_a_share_of_the_marks_own() -> None:
    base = Image.new("RGB", (3, 1), (0, 0, 0))
    mark = Image.new("RGBA", (1, 1), (255, 255, 255, 128))
    values = [overlay.overlay(base, mark, 1, 0, opacity).getpixel((1, 0)) for opacity in (0, 50, 100)]
    assert values == [(0, 0, 0), (64, 64, 64), (128, 128, 128)]


def test_a_mark_on_a_transparent_base_is_opaque_where_it_is() -> None:
    result = overlay.overlay(Image.new("RGBA", (4, 4)), Image.new("RGB", (2, 2), (255, 0, 0)), 1, 1)
    assert result.getpixel((1, 1)) == (255, 0, 0, 255)
    assert result.getpixel((0, 0)) == (0, 0, 0, 0)
